// <once-provider>: opens a form for the elements inside it, which a portal arranges as it likes.

import { ContextProvider } from '@lit/context';
import { deskContext } from './desk-context.ts';
import { DeskHost } from './desk-host.ts';

/**
 * Takes the same properties and fires the same events as `<once-form>`, and draws nothing by itself.
 *
 * @attr {string} src - Where the portal describes the form; needs `client`.
 * @attr {string} locale - BCP 47; `vi` when left out.
 * @attr {boolean} shared-device - Nothing is kept on the device before the citizen asks for it.
 * @fires once-session - The form is open, or open again: `detail.session` is its session.
 * @fires once-change - An answer changed.
 * @fires once-issue - The number of errors changed.
 * @fires once-prefill - The sources were asked, answered or failed.
 * @fires once-draft - The draft was saved, or was not.
 * @fires once-submit - The dossier was filed and acknowledged; without a portal: it was built.
 */
export class OnceProvider extends DeskHost {
  readonly #provider = new ContextProvider(this, { context: deskContext });

  /** Nothing of ours goes among the host's children. */
  protected override createRenderRoot(): HTMLElement {
    return document.createElement('div');
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    super.willUpdate(changed);
    const { desk, face } = this;
    if (desk !== undefined && (this.#provider.value?.desk !== desk || this.#provider.value.face !== face)) {
      this.#provider.setValue({ desk, face });
    }
  }

  protected override async settled(): Promise<void> {
    // The parts inside hear of a change at the same time as we do, and draw in the same microtask turn.
    await new Promise(done => setTimeout(done, 0));
  }
}
