// Arrows between packages go down only (design.md, "Packages"). This test reads every import and says which arrow broke.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** What each package may import: specifiers of ours, of others, of Node. */
const ALLOWED: Record<string, readonly string[]> = {
  core: ['immer', '@marcbachmann/cel-js', 'json-canonicalize'],
  compiler: [
    '@onceform/core',
    'ajv',
    'ajv-formats',
    'json-schema-to-typescript',
    'jsonc-parser',
    'recheck',
    'esbuild',
    'marked',
    '@marcbachmann/cel-js',
    'onceform:*',
    'node:*',
  ],
  store: ['@onceform/core', 'jose', 'idb', 'tus-js-client', 'undici', 'node:*'],
  dossier: [
    '@onceform/core',
    '@noble/hashes',
    'pkijs',
    'asn1js',
    '@peculiar/*',
    'pdfkit',
    'qrcode-generator',
    'jose',
    'reflect-metadata',
    'node:*',
  ],
  vn: ['@onceform/core', 'node:*'],
  elements: [
    '@onceform/core',
    '@onceform/store/client',
    '@onceform/store/indexeddb',
    '@onceform/dossier',
    'lit',
    '@lit/context',
    'idb',
  ],
  server: [
    '@onceform/core',
    '@onceform/compiler',
    '@onceform/store',
    '@onceform/dossier',
    'hono',
    '@hono/*',
    'pg',
    '@electric-sql/pglite',
    'openid-client',
    'jose',
    'pino',
    '@cfworker/json-schema',
    '@tus/*',
    '@opentelemetry/api',
    'nodemailer',
    'aws4fetch',
    'fast-xml-parser',
    'node:*',
  ],
  cli: [
    '@onceform/core',
    '@onceform/compiler',
    '@onceform/store',
    '@onceform/dossier',
    '@onceform/server',
    '@onceform/vn',
    'jose',
    'node:*',
  ],
};

/** Files of a package that alone may import something. */
const ONLY: Record<string, Record<string, readonly RegExp[]>> = {
  core: { immer: [/^change\.ts$/], '@marcbachmann/cel-js': [/^cel(-|\.)/], 'json-canonicalize': [/^canonical\.ts$/] },
};

/** Subpaths that run in Node only; everything else of these packages runs in a browser. */
const NODE_ONLY: Record<string, readonly RegExp[]> = {
  store: [/-node\.ts$/],
  dossier: [/-node\.ts$/, /^node\//],
  vn: [/^data\//, /-node\.ts$/, /^node\//],
};

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : sources(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

function imports(text: string): string[] {
  return [...text.matchAll(IMPORT)].map(match => (match[1] ?? match[2] ?? match[3])!);
}

const matches = (specifier: string, pattern: string): boolean =>
  pattern.endsWith('*')
    ? specifier.startsWith(pattern.slice(0, -1))
    : specifier === pattern || specifier.startsWith(`${pattern}/`);

describe.each(Object.keys(ALLOWED))('package %s', name => {
  const folder = join(packages, name, 'src');
  const files = sources(folder).map(path => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') }));

  test('imports only what lies below it', () => {
    const broken = files.flatMap(file =>
      imports(file.text)
        .filter(specifier => !specifier.startsWith('.'))
        .filter(specifier => !ALLOWED[name]!.some(pattern => matches(specifier, pattern)))
        .map(specifier => `${name}/src/${file.path} → ${specifier}`),
    );
    expect(broken).toEqual([]);
  });

  test('keeps node: modules out of what a browser loads', () => {
    if (['compiler', 'server', 'cli'].includes(name)) return;
    const allowed = NODE_ONLY[name] ?? [];
    const broken = files
      .filter(file => !allowed.some(pattern => pattern.test(file.path)))
      .flatMap(file =>
        imports(file.text)
          .filter(specifier => specifier.startsWith('node:'))
          .map(specifier => `${name}/src/${file.path} → ${specifier}`),
      );
    expect(broken).toEqual([]);
  });

  test('lets only the one file that owns it import a library', () => {
    const broken = Object.entries(ONLY[name] ?? {}).flatMap(([library, owners]) =>
      files
        .filter(
          file =>
            imports(file.text).some(specifier => matches(specifier, library))
            && !owners.some(pattern => pattern.test(file.path)),
        )
        .map(file => `${name}/src/${file.path} → ${library}`),
    );
    expect(broken).toEqual([]);
  });

  test('names every export of its index', () => {
    const index = files.find(file => file.path === 'index.ts')!.text;
    expect(index).not.toMatch(/export\s+\*/);
  });
});
