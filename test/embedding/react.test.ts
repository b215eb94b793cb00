// The React example: what a form must do in the page of any framework.

import { serve } from '../../examples/react/serve.mjs';
import { worksIn, type Example } from './framework.ts';

worksIn('React', serve as () => Promise<Example>);
