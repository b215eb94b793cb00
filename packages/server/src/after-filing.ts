// What follows once a dossier is in: it is counted, what was offered for its draft is forgotten, and what could not be
// asked again is written into its history. None of it can undo a filing.

import { readPackage, type PackageReader } from '@onceform/dossier';
import { measureFiling, type ReuseEvent } from '@onceform/store/metrics';
import type { Database, Queryable } from './database.ts';
import type { CheckedFiling } from './filing-checks.ts';
import type { FormRegistry } from './form-registry.ts';
import type { Handling } from './handling.ts';
import { addCounts } from './measurement.ts';
import { packageKey } from './dossier-index.ts';
import type { ObjectStore } from './object-store.ts';
import type { ReuseMeasurement } from './reuse-measurement.ts';

export interface AfterFilingOptions {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly registry: FormRegistry;
  readonly measurement: ReuseMeasurement;
  readonly clock: () => Date;
  /** The day where the agency is. */
  readonly today: () => string;
}

export interface AfterFiling {
  filed(filing: CheckedFiling): Promise<void>;
  /**
   * An officer accepts it as it is, or asks for more: looks up what is to be counted of that. What is given back writes it,
   * together with the step itself.
   */
  handled(dossier: string, handling: Handling): Promise<(tx: Queryable) => Promise<void>>;
}

export function createAfterFiling(options: AfterFilingOptions): AfterFiling {
  const { db, objects, registry, measurement, clock, today } = options;
  return {
    async filed({ manifest, form, verdict, notRechecked, known: { file, before } }) {
      const now = clock();
      const draft = file?.draft;
      const { compiled } = form;
      const declined = verdict.submission!.decisions.some(({ action }) => action === 'decline');
      const events: ReuseEvent[] = [
        ...(declined ? [{ kind: 'consent', time: now.toISOString(), action: 'declined' } as const] : []),
        ...measureFiling({
          form: compiled,
          submission: verdict.submission!,
          offers: file?.offered.offers ?? [],
          agency: manifest.recipient.agency,
          nth: before + 1,
          opened: draft?.created ?? now,
          filed: now,
          optedIn: 0,
        }),
      ];
      const context = verdict.submission?.seal?.payload.context;
      // At a desk: the minutes from opening the declaration to filing it. No person, no officer, no value.
      if (context?.assistedBy !== undefined && draft !== undefined)
        await addCounts(db, [
          [
            {
              day: today(),
              procedure: compiled.procedure?.code ?? null,
              agency: manifest.recipient.receivingAgency ?? manifest.recipient.agency,
              channel: context.channel,
            },
            { desk: 1, 'desk:minutes': Math.max(1, Math.ceil((now.getTime() - draft.created.getTime()) / 60_000)) },
          ],
        ]);
      if (notRechecked.length > 0)
        await db.query(
          `INSERT INTO dossier_event (dossier, at, kind, by, body) VALUES ($1, $2, 'not-rechecked', 'portal', $3::jsonb)`,
          [manifest.id, now, JSON.stringify({ records: notRechecked })],
        );
      await measurement.close(events, draft?.id ?? null);
    },
    async handled(dossier, handling) {
      const nothing = async (): Promise<void> => undefined;
      if (handling.action !== 'accept' && handling.action !== 'supplement') return nothing;
      const [row] = await db.query<{ sha256: string; digest: string }>(
        'SELECT sha256, form_digest AS digest FROM dossier WHERE id = $1',
        [dossier],
      );
      const bytes = row === undefined ? null : await objects.get(packageKey(row.sha256));
      if (bytes === null) return nothing;
      const reader: PackageReader = await readPackage(bytes);
      const { components, form } = JSON.parse(
        new TextDecoder().decode(await reader.bytes('dossier.json')),
      ) as CheckedFiling['manifest'];
      const time = clock().toISOString();
      const asked = handling.action === 'supplement' ? handling.components : [];
      const specs = registry.byDigest(row!.digest)?.compiled.components ?? [];
      const events: ReuseEvent[] = components
        .filter(({ fulfilledBy }) => fulfilledBy === 'data' || fulfilledBy === 'both')
        .map(({ id }) => ({ kind: 'officer', time, component: id, accepted: !asked.includes(id) }));
      if (handling.action === 'supplement')
        events.push({
          kind: 'returned',
          time,
          form: `${form.id}@${form.version}`,
          dataExisted: asked.some(id => specs.find(spec => spec.id === id)?.replacedBy !== undefined),
        });
      return tx => measurement.write(events, tx);
    },
  };
}
