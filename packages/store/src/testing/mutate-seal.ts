// Ways to alter a seal, from a flipped letter to a rewritten payload. Deterministic for a given source of numbers.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Alters a compact JWS in one random way; the result always differs from the original. `random` gives 0 ≤ x < 1. */
export function mutateSeal(jws: string, random: () => number): string {
  const below = (n: number): number => Math.floor(random() * n);
  const letter = (): string => ALPHABET[below(ALPHABET.length)]!;
  for (;;) {
    const at = below(jws.length);
    const [header, payload, signature] = jws.split('.') as [string, string, string];
    const mutated = [
      () => jws.slice(0, at) + letter() + jws.slice(at + 1),
      () => jws.slice(0, at) + jws.slice(at + 1),
      () => jws.slice(0, at) + letter() + jws.slice(at),
      () => jws.slice(0, at),
      () => jws + ['=', '==', '.', ' ', '\n', 'A', '.e30'][below(7)],
      () => [header, payload, lastBits(signature, below(4))].join('.'),
      () => [header, lastBits(payload, below(4)), signature].join('.'),
      () => [header, editedJson(payload, below, letter), signature].join('.'),
      () => [editedJson(header, below, letter), payload, signature].join('.'),
      () => [encode('{"alg":"none","typ":"onceform-seal+jwt"}'), payload, ''].join('.'),
      () => [payload, header, signature].join('.'),
      () => jws.replace(/[-_+/]/, char => ({ '-': '+', _: '/' })[char] ?? '-'),
    ][below(12)]!();
    if (mutated !== jws) return mutated;
  }
}

/** Changes the bits of the last letter that a lenient decoder throws away. */
function lastBits(part: string, bits: number): string {
  const last = ALPHABET.indexOf(part.at(-1) ?? 'A');
  return part.slice(0, -1) + ALPHABET[(last ^ (bits + 1)) % 64];
}

function editedJson(part: string, below: (n: number) => number, letter: () => string): string {
  const text = decode(part),
    at = below(text.length);
  const edits = [
    text.slice(0, at) + letter() + text.slice(at + 1),
    text.slice(0, at) + ' ' + text.slice(at),
    text.slice(0, -1) + ',"extra":1}',
    text.replace(/\d/, digit => String((Number(digit) + 1) % 10)),
  ];
  return encode(edits[below(edits.length)]!);
}

function encode(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function decode(part: string): string {
  return new TextDecoder().decode(
    Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), char => char.charCodeAt(0)),
  );
}
