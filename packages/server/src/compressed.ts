// Texts that never change are compressed once, when somebody first asks for them, and kept so.

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';
import type { PortalEnv } from './session.ts';

type Encoding = 'br' | 'gzip';

const squeeze: { readonly [encoding in Encoding]: (bytes: Uint8Array) => Promise<Uint8Array> } = {
  br: bytes =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: bytes => promisify(gzip)(bytes, { level: 9 }),
};

const done = new WeakMap<Uint8Array, Map<Encoding, Promise<Uint8Array>>>();

/** Below this many bytes compressing saves nothing worth a header. */
const SMALL = 1000;

/** Answers with the bytes, in the best encoding that the browser takes. The caller has set type and caching. */
export async function answerCompressed(c: Context<PortalEnv>, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  c.header('vary', 'Accept-Encoding');
  const encoding = bytes.length < SMALL ? null : bestEncoding(c.req.header('accept-encoding') ?? '');
  if (encoding === null) return c.body(bytes);
  let variants = done.get(bytes);
  if (variants === undefined) done.set(bytes, (variants = new Map()));
  let variant = variants.get(encoding);
  if (variant === undefined) variants.set(encoding, (variant = squeeze[encoding](bytes)));
  c.header('content-encoding', encoding);
  return c.body(new Uint8Array(await variant));
}

/** `br` before `gzip`; what the browser gives the weight 0 is not taken. @see RFC 9110 §12.5.3 */
export function bestEncoding(accepted: string): Encoding | null {
  const weights = new Map(
    accepted
      .toLowerCase()
      .split(',')
      .map(part => {
        const [name = '', ...parameters] = part.split(';').map(text => text.trim());
        const weight = parameters.find(parameter => parameter.startsWith('q='));
        return [name, weight === undefined ? 1 : Number(weight.slice(2))] as const;
      }),
  );
  for (const encoding of ['br', 'gzip'] as const) if ((weights.get(encoding) ?? 0) > 0) return encoding;
  return null;
}
