// `npm run fuzz -- core --runs 100000`: the property tests at length. So many random edit steps, after each of which the
// incremental state is compared with one made from nothing and with the whole validation; and two devices that merge
// their drafts in every order, with loss and repetition.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '..', '..', '..');

/** A run of the step test is some 6 steps. */
const STEPS_PER_RUN = 6;

export default function fuzz({ runs }) {
  const each = Math.ceil(runs / STEPS_PER_RUN);
  return [
    ['derive.test.ts', 'gives the same step by step', 'random edit steps', each],
    ['recursion.test.ts', 'end where a pass', 'edits of recursive trees', Math.ceil(each / 10)],
    ['draft.test.ts', 'two devices', 'merges of two devices', Math.ceil(each / 10)],
  ].map(([file, name, what, count]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules', 'vitest', 'vitest.mjs'),
        'run',
        `packages/core/src/${file}`,
        '-t',
        name,
        '--testTimeout=3600000',
        '--disable-console-intercept',
      ],
      { cwd: root, encoding: 'utf8', env: { ...process.env, ONCEFORM_RUNS: String(count) }, maxBuffer: 1 << 28 },
    );
    const states = /states compared: (\d+)/.exec(stdout)?.[1];
    if (status !== 0) console.error(stderr.slice(0, 6000));
    const done = states === undefined ? `${count} runs` : `${Number(states).toLocaleString('en')} states compared`;
    return {
      name: what,
      result: status === 0 ? `${done}, 0 differences` : `${done}: a difference, see above`,
      ok: status === 0,
    };
  });
}
