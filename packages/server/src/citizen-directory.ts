// Who is behind a pairwise id, for the few times that somebody else acts: an officer's decision that lands in a citizen's
// data, a register that names a person who has a usage log of their own. The register key is encrypted at rest.

import { pseudonyms } from '@onceform/store/sql';
import type { Database } from './database.ts';
import { deriveKey } from './keys.ts';
import { secretBox } from './secret-box.ts';
import type { Person } from './session.ts';

export interface CitizenDirectory {
  /** Remembers a person whom an identity provider verified; anybody else is not kept. */
  remember(person: Person): Promise<void>;
  /** What registers know a pairwise id by; null where nobody of this id was here. */
  keyOf(id: string): Promise<string | null>;
  /** The pairwise id of somebody a register named; null where they never signed in here. */
  idOf(key: string): Promise<string | null>;
}

export function createCitizenDirectory(db: Database, secret: Uint8Array): CitizenDirectory {
  const box = secretBox(secret, 'citizen');
  const pseudonym = pseudonyms(new Uint8Array(deriveKey(secret, 'citizen-directory')));
  return {
    async remember({ id, key, identityLevel }) {
      if (identityLevel < 2 || key === '') return;
      await db.query(
        `INSERT INTO citizen (id, pseudonym, sealed) VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET pseudonym = excluded.pseudonym, sealed = excluded.sealed
         WHERE citizen.pseudonym <> excluded.pseudonym`,
        [id, await pseudonym({ key }), box.seal(id, key)],
      );
    },
    async keyOf(id) {
      const [row] = await db.query<{ sealed: Uint8Array }>('SELECT sealed FROM citizen WHERE id = $1', [id]);
      return row === undefined ? null : box.open<string>(id, row.sealed);
    },
    async idOf(key) {
      const rows = await db.query<{ id: string }>('SELECT id FROM citizen WHERE pseudonym = $1 LIMIT 2', [
        await pseudonym({ key }),
      ]);
      // The same person under two accounts: nothing says whose log is meant.
      return rows.length === 1 ? rows[0]!.id : null;
    },
  };
}
