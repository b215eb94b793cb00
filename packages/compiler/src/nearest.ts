// What a misspelled name probably means.

/** The known name that is a letter or two away; null when none is. Case does not count. Short names are not guessed at. */
export function nearest(name: string, known: Iterable<string>): string | null {
  if (name.length < 4) return null;
  let best: string | null = null;
  let least = Infinity;
  for (const each of known) {
    const away = distance(each.toLowerCase(), name.toLowerCase());
    if (each !== name && away < least && away <= (each.length > 4 ? 2 : 1)) {
      best = each;
      least = away;
    }
  }
  return best;
}

/** `; "width" is probably meant`, or nothing. */
export function perhapsMeant(name: string, known: Iterable<string>): string {
  const meant = nearest(name, known);
  return meant === null ? '' : `; "${meant}" is probably meant`;
}

// Letters that two neighbours exchanged count once.
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
