import { afterEach, describe, expect, it, vi } from 'vitest';

/** With Node's own codec, and without it as in a browser. */
const codecs = {
  'in Node': () => import('./base64url.ts'),
  'in a browser': () => {
    vi.stubGlobal('Buffer', undefined);
    return import('./base64url.ts');
  },
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe.each(Object.entries(codecs))('base64url %s', (_, load) => {
  it('gives back any bytes', async () => {
    const { encodeBase64url, decodeBase64url } = await load();
    for (let length = 0; length < 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length) % 256);
      expect([...decodeBase64url(encodeBase64url(bytes))!]).toEqual([...bytes]);
    }
    expect(encodeBase64url(Uint8Array.of(0xfb, 0xff, 0xbf, 0x00))).toBe('-_-_AA');
  });

  it.each(['-_-_AA==', '+/+/AA', '-_-_AB', '-_-_A', '-_-_ AA', '-_-_AA\n', '-_.-_AA', '-_-_ÀA'])(
    'refuses %j, which is no canonical spelling',
    async text => {
      const { decodeBase64url } = await load();
      expect(decodeBase64url(text)).toBeUndefined();
    },
  );
});
