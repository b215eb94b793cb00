// What a provider lends to the elements inside it: the desk with its session, never a state.

import { createContext } from '@lit/context';
import type { FormDesk } from './form-desk.ts';
import type { Face } from './parts/face.ts';

export interface LentDesk {
  readonly desk: FormDesk;
  /** Absent until a form is open. Another language is another face. */
  readonly face: Face | undefined;
}

export const deskContext = createContext<LentDesk>(Symbol.for('onceform desk 1'));
