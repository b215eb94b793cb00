// A code list as a pattern that takes its codes and nothing else. Long lists would be long enums; codes share so much
// that a pattern of ten thousand takes 18 kB, 4 kB compressed, and every validator in every language judges by it.

/**
 * The pattern of a list of codes, anchored, without look-around or back references, so that RE2 and Python take it too.
 * Codes may be any texts.
 */
export function codePattern(codes: readonly string[]): string {
  return `^(?:${alternatives([...new Set(codes)].sort(), 0)})$`;
}

/** The codes from `depth` on, which agree up to it; sorted. Characters after which the same may follow share a class. */
function alternatives(codes: readonly string[], depth: number): string {
  const rests = new Map<string, string[]>();
  let start = 0;
  const ends = codes[0]?.length === depth;
  if (ends) start = 1;
  while (start < codes.length) {
    const character = String.fromCodePoint(codes[start]!.codePointAt(depth)!);
    let end = start + 1;
    while (end < codes.length && codes[end]!.startsWith(character, depth)) end++;
    const rest = alternatives(codes.slice(start, end), depth + character.length);
    rests.set(rest, [...(rests.get(rest) ?? []), character]);
    start = end;
  }
  const all = [...rests].map(([rest, characters]) => classOf(characters) + rest);
  const body = all.length > 1 ? `(?:${all.join('|')})` : (all[0] ?? '');
  return ends && body !== '' ? `(?:${body})?` : body;
}

function classOf(characters: readonly string[]): string {
  if (characters.length === 1) return escape(characters[0]!);
  let out = '';
  for (let i = 0; i < characters.length;) {
    let end = i;
    while (end + 1 < characters.length && characters[end + 1]!.codePointAt(0) === characters[end]!.codePointAt(0)! + 1)
      end++;
    out +=
      end - i > 1
        ? `${escape(characters[i]!)}-${escape(characters[end]!)}`
        : characters
            .slice(i, end + 1)
            .map(escape)
            .join('');
    i = end + 1;
  }
  return `[${out}]`;
}

// Within a class as outside of one; "-" needs it only there, and "u" takes it escaped only there.
function escape(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character === '-' ? '\\x2d' : character;
}
