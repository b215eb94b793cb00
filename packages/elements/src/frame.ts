// The host's side of a form in an iframe: greets the frame, keeps it as tall as its content, hears what happens. Needs
// nothing else of ours; see frame-messages.ts for what is said.

import { FRAME_VERSION, readNews, type FrameHello, type FrameLocale, type FrameNews } from './frame-messages.ts';

export interface FrameListeners {
  /** The form stands and may be spoken to. */
  ready?(): void;
  /** The dossier was filed: the code to show, and what tells the package from any other. */
  submit?(filed: { readonly code: string; readonly dossier: string; readonly sha256: string }): void;
  /** `waiting`, `saving`, `saved`, `failed`, `other-tab`, `off`. */
  draft?(state: string): void;
  /**
   * `silent`: nothing in the frame answered in time – another page, another version of the protocol, or a portal that
   * does not allow this host. `message`: something came through the port that is no message of ours; it was ignored.
   */
  error?(reason: 'silent' | 'message'): void;
}

export interface Frame {
  /** Another language; every answer stays. */
  setLocale(locale: string): void;
  /** Stops listening. The frame stays as it is. */
  close(): void;
}

/** Milliseconds between greetings, and how long a frame may stay silent. */
const AGAIN = 250;
const PATIENCE = 15_000;

/**
 * Speaks with the form in an iframe. The greeting goes to the origin of the frame's `src` only, so that a frame that was
 * led elsewhere hears nothing; the port it carries is the only way back.
 *
 * @throws {TypeError} When the frame has no absolute http(s) `src`.
 *
 * @example
 * openFrame(document.querySelector('iframe'), { submit: ({ code }) => { status.textContent = code; } });
 */
export function openFrame(frame: HTMLIFrameElement, listeners: FrameListeners = {}): Frame {
  const { origin } = new URL(frame.src);
  if (origin === 'null') throw new TypeError('Give the iframe the address of the form as its src.');
  let port: MessagePort | undefined;
  let ready = false;
  const greet = (): void => {
    // Before it is led to its address a frame is still ours, and the browser would complain of the wrong origin.
    if (ready || frame.contentDocument?.URL === 'about:blank') return;
    const channel = new MessageChannel();
    port?.close();
    port = channel.port1;
    port.onmessage = ({ data }) => take(readNews(data));
    const hello: FrameHello = { onceform: FRAME_VERSION, type: 'hello' };
    frame.contentWindow?.postMessage(hello, origin, [channel.port2]);
  };
  const take = (news: FrameNews | undefined): void => {
    if (news === undefined) return listeners.error?.('message');
    switch (news.type) {
      case 'ready':
        if (ready) return;
        ready = true;
        stop();
        return listeners.ready?.();
      case 'resize':
        frame.height = String(Math.ceil(news.height));
        return;
      case 'show':
        return intoView(frame, news.top);
      case 'draft':
        return listeners.draft?.(news.state);
      default:
        return listeners.submit?.({ code: news.code, dossier: news.dossier, sha256: news.sha256 });
    }
  };
  // A frame that loads another document of the same origin is greeted again.
  const anew = (): void => {
    ready = false;
    greet();
  };
  const again = setInterval(greet, AGAIN);
  const silence = setTimeout(() => {
    stop();
    listeners.error?.('silent');
  }, PATIENCE);
  const stop = (): void => {
    clearInterval(again);
    clearTimeout(silence);
  };
  frame.addEventListener('load', anew);
  greet();
  return {
    setLocale(locale) {
      const message: FrameLocale = { type: 'locale', locale };
      port?.postMessage(message);
    },
    close() {
      stop();
      frame.removeEventListener('load', anew);
      port?.close();
    },
  };
}

/** The frame does not scroll, so the host's page has to; only when the place is out of sight. */
function intoView(frame: HTMLIFrameElement, top: number): void {
  const at = frame.getBoundingClientRect().top + top;
  if (at >= 0 && at < innerHeight * 0.8) return;
  scrollBy({ top: at - innerHeight * 0.2 });
}
