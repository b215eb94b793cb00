// The page of the elements bench: mounts one contender at a time, and does to it what a citizen does.

import type { CompiledForm } from '@onceform/core';
import '@onceform/elements/register';
import type { OnceForm } from '@onceform/elements';
import { loadPieces } from '../../packages/elements/src/late.ts';
import { loadRun } from '../../packages/elements/src/load-run.ts';
import { loadWords } from '../../packages/elements/src/words.ts';

interface Spec {
  readonly kind: 'sections' | 'rows';
  readonly data: unknown;
  readonly targets: Record<string, string>;
}
interface Mounted {
  control(path: string): HTMLInputElement | null;
  submit(): void;
  errors(): number;
  addRow?(): void;
  destroy?(): void;
}

declare global {
  var bench: typeof api;
  /** Other contenders, where the page brings some: see bench/peers. */
  var benchPeers: { readonly [name: string]: () => Promise<unknown> } | undefined;
}

let mounted: Mounted | undefined;
let container: HTMLElement | undefined;
const forms = new Map<string, CompiledForm>();

/** Runs work as the page's own task: what is evaluated from outside is not counted as script. */
const task = <T>(work: () => T | Promise<T>) =>
  new Promise<T>((done, fail) =>
    setTimeout(() => {
      try {
        void Promise.resolve(work()).then(done, fail);
      } catch (error) {
        fail(error);
      }
    }, 0),
  );

/** Until the next frame has been drawn; a message comes before the browser is idle, a timer after. */
const frame = () =>
  new Promise<void>(done =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done();
      port2.postMessage(null);
    }),
  );

const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;

const api = {
  /** Loads what a contender needs, before anything is measured. */
  async load(contender: string, kind: string, size: number): Promise<void> {
    const { spec } = (await import(`${location.origin}/bench/spec.js`)) as { spec(kind: string, size: number): Spec };
    current = spec(kind, size);
    if (contender === 'ours') {
      const key = `${kind}-${size}`;
      if (!forms.has(key))
        forms.set(
          key,
          ((await import(`${location.origin}/bench/forms/${key}/form.js`)) as { default: CompiledForm }).default,
        );
      form = forms.get(key);
      await loadWords('en');
      // Loaded when a page rests.
      await Promise.all([loadRun(), loadPieces()]);
    } else {
      const peer = globalThis.benchPeers?.[contender];
      floor = (await (peer?.() ?? import(`${location.origin}/bench/${contender}.js`))) as typeof floor;
    }
  },
  /** Mounts, until the first frame is there: ready to type. */
  mount: (contender: string) => task(() => mountNow(contender)),
  /** Waits until everything is in the document. */
  async complete(): Promise<void> {
    while (document.querySelector('.once-more') !== null) await new Promise(done => setTimeout(done, 20));
    await frame();
  },
  fields(): number {
    return document.querySelectorAll('input, select').length;
  },
  async scrollTo(path: string): Promise<void> {
    const control = mounted!.control(path)!;
    control.scrollIntoView({ block: 'center' });
    control.focus({ preventScroll: true });
    await frame();
    await frame();
  },
  async key(path: string, text: string): Promise<void> {
    await task(() => {
      const control = mounted!.control(path)!;
      // As the browser does it: React takes no notice of a value set through the element itself.
      setValue.call(control, text);
      control.dispatchEvent(new InputEvent('input', { bubbles: true }));
    });
    await frame();
  },
  async toggle(path: string): Promise<void> {
    await task(() => mounted!.control(path)!.click());
    await frame();
  },
  shown(path: string): boolean {
    const control = mounted!.control(path);
    return control !== null && control.getClientRects().length > 0;
  },
  async submit(): Promise<number> {
    await task(() => mounted!.submit());
    await frame();
    await frame();
    return mounted!.errors();
  },
  async addRow(): Promise<void> {
    await task(() => mounted!.addRow!());
    await frame();
  },
  /** Does one of the above between two marks, for the trace. */
  async timed(mark: string, what: string, ...rest: unknown[]): Promise<void> {
    performance.mark(`${mark}:start`);
    await (api as unknown as { [name: string]: (...given: unknown[]) => unknown })[what]!(...rest);
    performance.mark(`${mark}:end`);
  },
  unmount(): void {
    mounted?.destroy?.();
    container?.remove();
    container = mounted = undefined;
  },
};

async function mountNow(contender: string): Promise<void> {
  container = document.createElement('div');
  document.body.append(container);
  const data = structuredClone(current!.data);
  if (contender === 'ours') {
    const element = document.createElement('once-form') as OnceForm;
    element.locale = 'en';
    element.form = form;
    element.data = data as never;
    container.append(element);
    for (let turn = 0; element.desk?.status !== 'open' || element.querySelector('input') === null; turn++) {
      if (turn > 1000) throw new Error('The form does not stand in its first frame.');
      await Promise.resolve();
    }
    mounted = ours(element);
  } else {
    mounted = await floor!.mount(container, floor!.define(current!), data);
  }
  await frame();
}

let current: Spec | undefined;
let form: CompiledForm | undefined;
let floor:
  | {
      define(spec: Spec): unknown;
      mount(container: HTMLElement, definition: unknown, data: unknown): Mounted | Promise<Mounted>;
    }
  | undefined;

function ours(element: OnceForm): Mounted {
  return {
    // As the floor finds its own: by id.
    control: path =>
      document.getElementById(`${element.desk!.view!.prefix}/${path.replaceAll('.', '/')}`) as HTMLInputElement | null,
    submit: () => void element.desk!.journey!.next(),
    errors: () => element.querySelectorAll('.once-field[data-invalid]').length,
    addRow: () => document.getElementById(`${element.desk!.view!.prefix}/rows`)!.click(),
  };
}

globalThis.bench = api;
