// Tells JSX of <once-form>: its properties, and its events as `on` + their name, which is how React 19 listens.

import type { OnceEvents, OnceForm } from '@onceform/elements';
import type { HTMLAttributes, RefAttributes } from 'react';

type Properties = Partial<
  Pick<
    OnceForm,
    | 'src'
    | 'form'
    | 'locale'
    | 'client'
    | 'pack'
    | 'data'
    | 'session'
    | 'rules'
    | 'drafts'
    | 'widgets'
    | 'texts'
    | 'sharedDevice'
  >
>;
type Listeners = { [K in keyof OnceEvents as `on${K}`]?: (event: CustomEvent<OnceEvents[K]>) => void };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'once-form': Properties & Listeners & HTMLAttributes<OnceForm> & RefAttributes<OnceForm>;
    }
  }
}
