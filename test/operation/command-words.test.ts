import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Status, and what was said: on the right stream, and on no other. */
function said(...words: string[]): readonly [status: number | null, out: string, error: string] {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  return [status, stdout, stderr];
}

describe('a command that is started with other words than it takes', () => {
  it.each([
    [['scripts/start.mjs', '--prot', '9'], "Unknown option '--prot'.\n\nnpm start -- [--port 8080]"],
    [['scripts/start.mjs', '--port', '70000'], '--port takes a number from 0 to 65535, not "70000".\n'],
    [['scripts/start.mjs', '--date', 'soon'], '--date takes a day, 2027-03-01, or a moment'],
    [['scripts/faults.mjs', '--kills', '0'], '--kills takes a number from 1 to 1000000, not "0".\n'],
    [['scripts/fuzz.mjs', '--runs', 'all'], '--runs takes a number from 1 to'],
  ])('says which, what it takes, and does nothing: %j', (words, sentence) => {
    const [status, out, error] = said(...words);
    expect([status, out]).toEqual([2, '']);
    expect(error.startsWith(sentence), error).toBe(true);
  });

  it('explains itself when it is asked', () => {
    const [status, out, error] = said('scripts/start.mjs', '--help');
    expect([status, error]).toEqual([0, '']);
    expect(out).toContain('--data   where everything is kept');
  });
});
