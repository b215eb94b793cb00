// The Angular example, built by Angular's own tools. Its build takes a while and its tools are no part of the workspace:
// `npm run test:embedding` installs and runs it, `npm test` leaves it out.

import { serve } from '../../examples/angular/serve.mjs';
import { worksIn, type Example } from './framework.ts';

worksIn(
  'Angular',
  serve as () => Promise<Example>,
  process.env['ONCEFORM_EMBEDDING'] === 'all'
    ? undefined
    : 'The Angular example is left out: npm run test:embedding installs Angular and runs it',
);
