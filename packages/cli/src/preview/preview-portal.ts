// A real portal for one form that is being written, in memory: the registry, the gateway over simulated registers, intake.
// Whoever is picked is signed in; nothing of it outlives the preview.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CountryPack } from '@onceform/core';
import {
  compileDefinition,
  createPortal,
  directoryStore,
  openPglite,
  type Person,
  type Portal,
  type PortalKeys,
} from '@onceform/server';
import { createRelations } from '@onceform/store';
import type { DefinitionFile } from '../definitions.ts';
import { type SimulatedSources, simulatedSources } from '../prefill-port.ts';

/** What `npm run build` makes of preview-page/. */
const PAGE = fileURLToPath(new URL('../../dist/preview-page/', import.meta.url));

export interface PreviewPortalOptions {
  readonly definition: DefinitionFile;
  readonly pack: CountryPack;
  /** Null: nobody can sign in, and nothing is filled in. */
  readonly sources: SimulatedSources | null;
  readonly origin: string;
  readonly keys: PortalKeys;
  readonly clock: () => Date;
  readonly onError: (error: unknown) => void;
}

/** @throws {OnceFormError} what the compiler says about the definition. */
export async function openPreviewPortal(options: PreviewPortalOptions): Promise<Portal> {
  const { definition, pack, sources, origin, keys, clock, onError } = options;
  const folder = await mkdtemp(join(tmpdir(), 'onceform-preview-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const definitions = join(folder, 'definitions');
    await mkdir(definitions);
    const name = basename(definition.path).replace(/(\.form)?\.json$/, '');
    await writeFile(join(definitions, `${name}.form.json`), definition.text);
    const registers = sources === null ? [] : simulatedSources(sources, { clock });
    const portal = await createPortal({
      pack,
      origin,
      agency: 'PREVIEW',
      sources: registers,
      database: await openPglite(),
      objectStore: directoryStore(join(folder, 'objects')),
      keys,
      forms: {
        definitions,
        folder: join(folder, 'forms'),
        toolchain: 'preview',
        async *compile(files, into) {
          for (const file of files) yield { ok: true, file, result: await compileDefinition(file, into, pack) };
        },
      },
      gateway: { relations: createRelations(registers, sources?.roles, { clock }) },
      uploads: { staging: join(folder, 'staging') },
      trustedTypes: ['lit-html'],
      web: { root: PAGE, assets: '/assets', pages: { '/': 'index.html' } },
      clock,
      onError,
    });
    portal.app.get('/auth/sign-in', async c => {
      const person = personOf(sources, c.req.query('persona'));
      if (person !== null) await portal.sessions.begin(c, person);
      return c.redirect('/', 303);
    });
    return { ...portal, close: () => portal.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

function personOf(sources: SimulatedSources | null, slug: string | undefined): Person | null {
  const persona = sources?.personas.find(each => each.slug === slug);
  if (persona === undefined) return null;
  return {
    id: `preview-${persona.slug}`,
    key: persona.personalId ?? '',
    name: persona.name,
    // Without a personal id nobody is known surely enough for the registers to be asked.
    identityLevel: persona.personalId === null ? 1 : 2,
    roles: ['citizen'],
    claims: persona.claims,
  };
}
