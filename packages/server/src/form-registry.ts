// The form registry: which forms a portal offers, in which version, and where their compiled modules are.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OnceFormError, sha256, type CompiledForm, type FormInfo, type Sha256 } from '@onceform/core';
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

export interface FormRegistry {
  /** What is offered on a date: of each form the newest valid version. Sorted by slug. */
  offered(date: string): readonly RegisteredForm[];
  bySlug(slug: string, date: string): RegisteredForm | undefined;
  /** Any version ever published here, also repealed ones: drafts and dossiers name them. */
  byDigest(digest: Sha256): RegisteredForm | undefined;
}

export interface RegistryOptions {
  /** Folder of definitions: every `*.json` in it is a form; several versions of one `$id` may stand side by side. */
  readonly definitions: string;
  /** Where compiled modules are kept between starts. */
  readonly folder: string;
  readonly compile: FormCompiler;
  /** Changes whenever compiler or pack do: a module compiled by other ones is not reused. */
  readonly toolchain: string;
  /** Told for each form that has to be compiled now. */
  readonly onCompile?: (file: string) => void;
}

/**
 * Opens the registry; compiles what was not compiled before by this toolchain.
 *
 * @throws {OnceFormError} what the compiler says about a definition; ERR_DEFINITION_INVALID when two definitions
 *   claim the same `$id` and version with different content.
 */
export async function openFormRegistry(options: RegistryOptions): Promise<FormRegistry> {
  const { definitions, folder, compile, toolchain, onCompile } = options;
  await mkdir(folder, { recursive: true });
  const indexFile = join(folder, 'index.json');
  const known = await readIndex(indexFile);
  const index: Record<string, Compilation> = {};
  const forms: RegisteredForm[] = [];
  for (const name of (await readdir(definitions)).filter(entry => entry.endsWith('.form.json')).sort()) {
    const file = join(definitions, name);
    const key = await sha256(`${toolchain}\n${await readFile(file, 'utf8')}`);
    let compilation = known[key];
    if (compilation === undefined) {
      onCompile?.(name);
      compilation = await compile(file, folder);
    }
    index[key] = compilation;
    const form = await loadForm(join(folder, compilation.digest), compilation);
    const twin = forms.find(other => other.info.id === form.info.id && other.info.version === form.info.version);
    if (twin !== undefined && twin.info.digest !== form.info.digest) {
      throw new OnceFormError('ERR_DEFINITION_INVALID', `${file} claims version ${form.info.version} of ${form.info.id}, which another definition already is. A published version never changes.`, { data: { file } });
    }
    if (twin === undefined) forms.push(form);
  }
  await writeFile(indexFile, JSON.stringify(index, null, 2));

  const offered = (date: string): RegisteredForm[] => {
    const best = new Map<string, RegisteredForm>();
    for (const form of forms) {
      if ((form.validFrom ?? '') > date || (form.validUntil ?? '9999') < date) continue;
      const before = best.get(form.info.slug);
      if (before === undefined || compareVersions(form.info.version, before.info.version) > 0) best.set(form.info.slug, form);
    }
    return [...best.values()].sort((a, b) => a.info.slug < b.info.slug ? -1 : 1);
  };
  return {
    offered,
    bySlug: (slug, date) => offered(date).find(form => form.info.slug === slug),
    byDigest: digest => forms.find(form => form.info.digest === digest),
  };
}

async function loadForm(folder: string, { digest }: Compilation): Promise<RegisteredForm> {
  const modules = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of await readdir(folder)) {
    if (name.endsWith('.js')) modules.set(name, new Uint8Array(await readFile(join(folder, name))));
  }
  const code = modules.get('form.js');
  if (code === undefined) throw new OnceFormError('ERR_INTERNAL', `${folder} holds no form.js; delete it to compile again.`);
  const { default: compiled } = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'form.js')).href) as { default: CompiledForm };
  const { validFrom, validUntil } = compiled.procedure ?? {};
  return {
    compiled, modules,
    ...(validFrom === undefined ? {} : { validFrom }), ...(validUntil === undefined ? {} : { validUntil }),
    info: {
      slug: slugOf(compiled.id), id: compiled.id, version: compiled.version, digest, title: compiled.title,
      procedureCode: compiled.procedure?.code ?? null,
      module: `/forms/${digest}/form.js`,
      integrity: `sha384-${createHash('sha384').update(code).digest('base64')}`,
    },
  };
}

/** The last segment of a form's `$id`: `birth-registration`. */
function slugOf(id: string): string {
  return id.split(/[/:#]/).filter(part => part !== '').at(-1) ?? id;
}

/** Compares dotted numbers part by part: 2.0.0 < 2.10.0. */
function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function readIndex(file: string): Promise<Record<string, Compilation>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, Compilation>;
  } catch {
    return {}; // absent or half written: everything is compiled again
  }
}
