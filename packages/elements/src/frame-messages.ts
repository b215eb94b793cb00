// What a page and a form in its iframe say to each other: version 1, six messages, checked by both sides. No answer of a
// citizen is among them: a host that wants the data is given the package by the portal, not by the frame.

/** Of this shape and no other; a later version has another number, and is refused by name. */
export const FRAME_VERSION = 1;

/** From the host, once, through `window.postMessage`, with a port for all that follows. */
export interface FrameHello {
  readonly onceform: number;
  readonly type: 'hello';
}

/** From the host, through the port. */
export interface FrameLocale {
  readonly type: 'locale';
  /** BCP 47. */
  readonly locale: string;
}

/** From the form, through the port. */
export type FrameNews =
  /** The form stands. */
  | { readonly type: 'ready' }
  /** Height of the whole document in CSS pixels. */
  | { readonly type: 'resize'; readonly height: number }
  /** What has the focus or should be read now: distance from the top of the document, in CSS pixels. */
  | { readonly type: 'show'; readonly top: number }
  | { readonly type: 'draft'; readonly state: string }
  /** The dossier was filed and acknowledged. */
  | { readonly type: 'submit'; readonly code: string; readonly dossier: string; readonly sha256: string };

/** The tallest frame a form may ask for, in CSS pixels: more is a mistake or an attack. */
const TALLEST = 100_000;

/** The message, when it is one of ours and whole; undefined for anything else, however it looks. */
export function readNews(data: unknown): FrameNews | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const message = data as Readonly<Record<string, unknown>>;
  const pixels = (name: string): boolean => {
    const value = message[name];
    return typeof value === 'number' && value >= 0 && value <= TALLEST;
  };
  const short = (name: string): boolean => typeof message[name] === 'string' && message[name].length <= 200;
  switch (message['type']) {
    case 'ready':
      return { type: 'ready' };
    case 'resize':
      return pixels('height') ? { type: 'resize', height: message['height'] as number } : undefined;
    case 'show':
      return pixels('top') ? { type: 'show', top: message['top'] as number } : undefined;
    case 'draft':
      return short('state') ? { type: 'draft', state: message['state'] as string } : undefined;
    case 'submit': {
      const { code, dossier, sha256 } = message;
      return short('code') && short('dossier') && short('sha256')
        ? { type: 'submit', code: code as string, dossier: dossier as string, sha256: sha256 as string }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Tells whether something is a greeting, of whichever version. */
export function isHello(data: unknown): data is FrameHello {
  const message = data as Partial<FrameHello> | null;
  return typeof message === 'object' && typeof message?.onceform === 'number' && message.type === 'hello';
}
