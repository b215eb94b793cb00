// Importing this file registers the elements under their own names: `<once-form>`, `<once-provider>`, …

import { register } from './registry.ts';

export { register };

register();
