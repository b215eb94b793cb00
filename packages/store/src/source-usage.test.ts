import { describe, expect, it } from 'vitest';
import { population } from './testing/birth-case.ts';
import { usageAtSources } from './source-usage.ts';
import type { CitizenDataSource, UsageRow } from './source.ts';

const row: UsageRow = { logtime: '2026-11-22T08:00:00Z', action: 'Birth registration', receiverCode: 'portal' };
const keeping = (id: string, usage: NonNullable<CitizenDataSource['usage']>): CitizenDataSource => ({
  ...population(),
  describe: () => ({ ...population().describe(), id }),
  usage,
});

describe('the registers\u2019 own usage logs', () => {
  it('are asked all at once; one that is down or silent says so, one that keeps none is left out', async () => {
    const found = await usageAtSources(
      { key: 'k' },
      [
        population(),
        keeping('good', async function* () {
          yield row;
        }),
        keeping('endless', async function* () {
          for (;;) yield row;
        }),
        keeping('down', async function* () {
          throw new Error('no');
        }),
        keeping('silent', async function* () {
          await new Promise(() => undefined);
        }),
      ],
      { deadline: 50, limit: 3 },
    );
    expect(found.map(one => [one.source.id, 'rows' in one ? one.rows.length : one.absent])).toEqual([
      ['good', 1],
      ['endless', 3],
      ['down', 'unavailable'],
      ['silent', 'timeout'],
    ]);
  });
});
