// The form's side of an iframe: answers hosts on a list, and no other. See frame-messages.ts for what is said.

import type { DeskHost, OnceEvents } from './desk-host.ts';
import { FRAME_VERSION, isHello, type FrameLocale, type FrameNews } from './frame-messages.ts';

export interface FrameGuestOptions {
  /** Origins that may embed the form, exactly: `https://www.example.gov.vn`. */
  readonly allow: readonly string[];
  /** A host that is not on the list, or speaks another version, knocked. Nothing was said to it. */
  readonly refused?: (origin: string, reason: 'origin' | 'version') => void;
}

/**
 * Lets hosts embed a form. The server must say the same in `frame-ancestors`, or a page that is not on the list could
 * still show the form, mute.
 *
 * @returns Stops it.
 */
export function answerFrame(form: DeskHost, { allow, refused }: FrameGuestOptions): () => void {
  let port: MessagePort | undefined;
  const say = (news: FrameNews): void => port?.postMessage(news);
  const hear = ({ data, origin, source, ports }: MessageEvent): void => {
    if (source !== window.parent || source === window || !isHello(data) || ports[0] === undefined) return;
    if (!allow.includes(origin)) return refused?.(origin, 'origin');
    if (data.onceform !== FRAME_VERSION) return refused?.(origin, 'version');
    port?.close();
    port = ports[0];
    port.onmessage = message => {
      const { type, locale } = message.data as Partial<FrameLocale>;
      if (type === 'locale' && typeof locale === 'string' && /^[\w-]{2,35}$/.test(locale)) form.locale = locale;
    };
    void form.updateComplete.then(() => {
      say({ type: 'ready' });
      measure();
    });
  };
  const page = document.documentElement;
  const measure = (): void => say({ type: 'resize', height: Math.ceil(page.getBoundingClientRect().height) });
  const size = new ResizeObserver(measure);
  size.observe(page);
  const show = ({ target }: Event): void =>
    say({ type: 'show', top: Math.max(0, (target as Element).getBoundingClientRect().top + scrollY) });
  const draft = (event: Event): void =>
    say({ type: 'draft', state: (event as CustomEvent<OnceEvents['once-draft']>).detail.state });
  const submit = (event: Event): void => {
    const { receipt } = (event as CustomEvent<OnceEvents['once-submit']>).detail;
    if (receipt !== null)
      say({ type: 'submit', code: receipt.code, dossier: receipt.dossier.id, sha256: receipt.dossier.sha256 });
  };
  addEventListener('message', hear);
  form.addEventListener('focusin', show);
  form.addEventListener('once-draft', draft);
  form.addEventListener('once-submit', submit);
  return () => {
    removeEventListener('message', hear);
    form.removeEventListener('focusin', show);
    form.removeEventListener('once-draft', draft);
    form.removeEventListener('once-submit', submit);
    size.disconnect();
    port?.close();
  };
}
