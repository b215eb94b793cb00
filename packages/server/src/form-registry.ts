// The form registry: which forms a portal offers, in which version, and where their compiled modules are.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMPILER_VERSION } from '@onceform/compiler/version';
import {
  OnceFormError,
  sha256,
  type CompiledForm,
  type FormInfo,
  type LocalizedText,
  type Sha256,
} from '@onceform/core';
import type { Compilation } from './compile-definition.ts';
import type { FormCompiler } from './form-compiler.ts';

export interface RegisteredForm {
  readonly info: FormInfo;
  readonly compiled: CompiledForm;
  /** Dates of the procedure where the agency is; absent: no bound. */
  readonly validFrom?: string;
  readonly validUntil?: string;
  /** Names to texts of its modules: `form.js`, `documents.js`. */
  readonly modules: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** The end of a form, or of one version of it. */
export interface Repeal {
  readonly slug: string;
  /** Null: every version. */
  readonly version: string | null;
  /** First day on which it is not offered any more. */
  readonly from: string;
  /** Why, for the citizen to read. */
  readonly reason: LocalizedText;
  /** The form to use instead. */
  readonly replacedBy: string | null;
}

/** How a version stands on a day. `repealed` says why; `superseded`: there is a newer one, and this one may still be filed. */
export type Standing =
  { readonly state: 'current' | 'superseded' | 'not-valid' } | { readonly state: 'repealed'; readonly repeal: Repeal };

export interface FormRegistry {
  /** What is offered on a date: of each form the newest valid version. Sorted by slug. */
  offered(date: string): readonly RegisteredForm[];
  bySlug(slug: string, date: string): RegisteredForm | undefined;
  /** Any version ever published here, also repealed ones: drafts and dossiers name them. */
  byDigest(digest: Sha256): RegisteredForm | undefined;
  /** The modules of a form, by the address they are loaded from. */
  modulesAt(address: string): RegisteredForm['modules'] | undefined;
  /** Every version of a form that was ever published here, newest first. */
  versions(slug: string): readonly RegisteredForm[];
  standing(form: RegisteredForm, date: string): Standing;
  /** The end of a whole form, when it has come: repealed, or its last version has ended and none came after. */
  repealOf(slug: string, date: string): Repeal | undefined;
  /** Forms offered on a date and not any more on a later one, with their ends: somebody has to publish what comes after. */
  endings(date: string, until: string): readonly { readonly form: RegisteredForm; readonly end: Repeal }[];
  /** Takes in a form that was published meanwhile. */
  admit(form: RegisteredForm): void;
  /** Takes in the ends of forms: all of them. */
  setRepeals(repeals: readonly Repeal[]): void;
}

export interface RegistryOptions {
  /** Folder of definitions: every `*.form.json` in it is one; several versions of one `$id` may stand side by side. */
  readonly definitions: string;
  /** Where compiled modules are kept between starts. */
  readonly folder: string;
  readonly compile: FormCompiler;
  /** Changes whenever the pack does, and with every build of the compiler that keeps its version: a module compiled by others is not reused. */
  readonly toolchain: string;
  /** Told of each form that had to be compiled now. */
  readonly onCompiled?: (file: string) => void;
  /** Told of each definition that is not offered, and why. Absent: the first such definition stops the portal. */
  readonly onRefused?: (file: string, error: OnceFormError) => void;
}

/**
 * Opens the registry; compiles, all in one process, what was not compiled before by this toolchain.
 *
 * @throws {OnceFormError} what the compiler says about a definition, without `onRefused` or when none is left to offer;
 *   ERR_DEFINITION_INVALID when two definitions claim the same `$id` and version with different content.
 */
export async function openFormRegistry(options: RegistryOptions): Promise<FormRegistry> {
  const { definitions, folder, onRefused } = options;
  await mkdir(folder, { recursive: true });
  const files = (await readdir(definitions))
    .filter(entry => entry.endsWith('.form.json'))
    .sort()
    .map(name => join(definitions, name));
  const refused: OnceFormError[] = [];
  const refuse = (file: string, error: OnceFormError): void => {
    if (onRefused === undefined) throw error;
    refused.push(error);
    onRefused(file, error);
  };
  const forms: RegisteredForm[] = [];
  for (const [file, compilation] of await compileAll(files, options, refuse)) {
    const form = await loadForm(join(folder, compilation.address), compilation);
    const twin = forms.find(other => other.info.id === form.info.id && other.info.version === form.info.version);
    if (twin === undefined) forms.push(form);
    else if (twin.info.digest !== form.info.digest) {
      refuse(
        file,
        new OnceFormError(
          'ERR_DEFINITION_INVALID',
          `${file} claims version ${form.info.version} of ${form.info.id}, which another definition already is. A published version never changes.`,
          { data: { file } },
        ),
      );
    }
  }
  if (forms.length === 0 && refused.length > 0) throw refused[0]!;

  return createRegistry(forms);
}

/** The forms, and how they stand on a day. */
function createRegistry(forms: RegisteredForm[]): FormRegistry {
  let repeals: readonly Repeal[] = [];
  const repealed = ({ info }: RegisteredForm, date: string): Repeal | undefined =>
    repeals.find(
      ({ slug, version, from }) => slug === info.slug && (version === null || version === info.version) && from <= date,
    );
  const isValid = (form: RegisteredForm, date: string): boolean =>
    (form.validFrom ?? '') <= date && date <= (form.validUntil ?? '9999');

  const offered = (date: string): RegisteredForm[] => {
    const best = new Map<string, RegisteredForm>();
    for (const form of forms) {
      if (!isValid(form, date) || repealed(form, date) !== undefined) continue;
      const before = best.get(form.info.slug);
      if (before === undefined || compareVersions(form.info.version, before.info.version) > 0)
        best.set(form.info.slug, form);
    }
    return [...best.values()].sort((a, b) => (a.info.slug < b.info.slug ? -1 : 1));
  };
  /** The end of a form whose versions have all run out. */
  const runOut = (slug: string, date: string): Repeal | undefined => {
    const all = forms.filter(({ info }) => info.slug === slug);
    const last = all.sort((a, b) => ((a.validUntil ?? '9999') < (b.validUntil ?? '9999') ? 1 : -1))[0];
    if (last?.validUntil === undefined || last.validUntil >= date) return undefined;
    const reason = last.compiled.procedure?.endReason ?? '';
    return { slug, version: null, from: dayAfter(last.validUntil), reason, replacedBy: null };
  };
  const endOf = (slug: string, date: string): Repeal | undefined =>
    repeals.find(one => one.slug === slug && one.version === null && one.from <= date) ?? runOut(slug, date);

  const bySlug = (slug: string, date: string): RegisteredForm | undefined =>
    offered(date).find(form => form.info.slug === slug);
  return {
    offered,
    bySlug,
    byDigest: digest => forms.find(form => form.info.digest === digest),
    modulesAt: address => forms.find(form => form.info.module === moduleOf(address))?.modules,
    versions: slug =>
      forms.filter(form => form.info.slug === slug).sort((a, b) => compareVersions(b.info.version, a.info.version)),
    standing(form, date) {
      const repeal = repealed(form, date);
      if (repeal !== undefined) return { state: 'repealed', repeal };
      const end = runOut(form.info.slug, date);
      if (end !== undefined) return { state: 'repealed', repeal: end };
      if (!isValid(form, date)) return { state: 'not-valid' };
      return { state: bySlug(form.info.slug, date) === form ? 'current' : 'superseded' };
    },
    repealOf: endOf,
    endings: (date, until) =>
      offered(date).flatMap(form => {
        const end = bySlug(form.info.slug, until) === undefined ? endOf(form.info.slug, until) : undefined;
        return end === undefined ? [] : [{ form, end }];
      }),
    admit(form) {
      if (!forms.some(({ info }) => info.digest === form.info.digest)) forms.push(form);
    },
    setRepeals(all) {
      repeals = all;
    },
  };
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
}

/** What each file compiles to, from the index where nothing changed. */
async function compileAll(
  files: readonly string[],
  { folder, compile, toolchain, onCompiled }: RegistryOptions,
  refuse: (file: string, error: OnceFormError) => void,
): Promise<Map<string, Compilation>> {
  const indexFile = join(folder, 'index.json');
  const known = await readIndex(indexFile);
  const keys = new Map<string, Sha256>();
  for (const file of files)
    keys.set(file, await sha256(`${COMPILER_VERSION} ${toolchain}\n${await readFile(file, 'utf8')}`));
  const compiled = new Map<string, Compilation>();
  for await (const outcome of compile(
    files.filter(file => known[keys.get(file)!] === undefined),
    folder,
  )) {
    const { file } = outcome;
    if (outcome.ok) {
      compiled.set(file, outcome.result);
      onCompiled?.(basename(file));
    } else {
      const { code, message, pointer, data } = outcome;
      refuse(
        file,
        new OnceFormError(code, `${basename(file)}: ${message}`, {
          data: { ...data, file },
          ...(pointer === undefined ? {} : { pointer }),
        }),
      );
    }
  }
  const all = files.flatMap((file): [string, Compilation][] => {
    const compilation = compiled.get(file) ?? known[keys.get(file)!];
    return compilation === undefined ? [] : [[file, compilation]];
  });
  await writeFile(
    indexFile,
    JSON.stringify(Object.fromEntries(all.map(([file, compilation]) => [keys.get(file)!, compilation])), null, 2),
  );
  return new Map(all);
}

/** Reads the modules of a folder, and the form itself. */
export async function loadForm(
  folder: string,
  { digest, address }: Pick<Compilation, 'digest' | 'address'>,
): Promise<RegisteredForm> {
  const modules = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of await readdir(folder)) {
    if (name.endsWith('.js')) modules.set(name, new Uint8Array(await readFile(join(folder, name))));
  }
  const code = modules.get('form.js');
  if (code === undefined)
    throw new OnceFormError('ERR_INTERNAL', `${folder} holds no form.js; delete it to compile again.`);
  const { default: compiled } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'form.js')).href)) as {
    default: CompiledForm;
  };
  // Every language, and the codes of long lists, so that intake is exact.
  await compiled.documents();
  const { validFrom, validUntil } = compiled.procedure ?? {};
  return {
    compiled,
    modules,
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
    info: {
      slug: slugOf(compiled.id),
      id: compiled.id,
      version: compiled.version,
      digest,
      title: compiled.title,
      procedureCode: compiled.procedure?.code ?? null,
      module: moduleOf(address),
      integrity: `sha384-${createHash('sha384').update(code).digest('base64')}`,
      ...languagesOf(modules, `/forms/${address}/`),
    },
  };
}

function moduleOf(address: string): string {
  return `/forms/${address}/form.js`;
}

/** The modules that bring the form in one language, where it has several. */
function languagesOf(modules: ReadonlyMap<string, unknown>, folder: string): Pick<FormInfo, 'languages' | 'code'> {
  const names = [...modules.keys()].filter(name => /^form\..+\.js$/.test(name));
  if (names.length === 0) return {};
  return {
    languages: Object.fromEntries(names.map(name => [name.slice('form.'.length, -'.js'.length), folder + name])),
    code: `${folder}code.js`,
  };
}

/** The last segment of a form's `$id`: `birth-registration`. */
export function slugOf(id: string): string {
  return (
    id
      .split(/[/:#]/)
      .filter(part => part !== '')
      .at(-1) ?? id
  );
}

/** Compares dotted numbers part by part: 2.0.0 < 2.10.0. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function readIndex(file: string): Promise<Record<string, Compilation>> {
  try {
    const index = JSON.parse(await readFile(file, 'utf8')) as Record<string, Compilation>;
    // An index of a version before addresses says nothing of use.
    return Object.fromEntries(Object.entries(index).filter(([, { address }]) => address !== undefined));
  } catch {
    return {}; // absent or half written: everything is compiled again
  }
}
