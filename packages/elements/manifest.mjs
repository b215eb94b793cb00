// Writes custom-elements.json (custom elements manifest 1.0.0) from the comments over the element classes:
// `node packages/elements/manifest.mjs`. `--check` fails when the written one is out of date.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const FILES = ['once-form.ts', 'once-provider.ts', 'once-parts.ts', 'once-dossier.ts'];
const CLASS = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export class (\w+) extends (\w+) \{/g;

/** The manifest as the sources say it now. */
export function manifest() {
  return {
    schemaVersion: '1.0.0',
    modules: FILES.map(file => {
      const source = readFileSync(join(here, 'src', file), 'utf8');
      const declarations = [...source.matchAll(CLASS)].map(([, comment, name, base]) =>
        declaration(comment, name, base, source),
      );
      return {
        kind: 'javascript-module',
        path: `dist/${file.replace(/\.ts$/, '.js')}`,
        declarations,
        exports: declarations.map(({ name }) => ({ kind: 'js', name, declaration: { name } })),
      };
    }),
  };
}

function declaration(comment, name, base, source) {
  const lines = comment
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, '').trim())
    .join('\n');
  const tag = word =>
    [...lines.matchAll(new RegExp(`^@${word}(?: \\{(\\w+)\\})? (\\S+) - (.+)$`, 'gm'))].map(
      ([, type, called, description]) => ({ type, name: called, description }),
    );
  const description = lines.split(/^@/m)[0].trim().replaceAll('\n', ' ');
  const body = source.slice(source.indexOf(`export class ${name} `));
  const fields = [
    ...body.slice(0, body.indexOf('\n}\n')).matchAll(/(?:\/\*\* (.+?) \*\/\s*)?^ {2}declare (\w+): (.+);$/gm),
  ].map(([, about, field, type]) => ({
    kind: 'field',
    name: field,
    type: { text: type },
    ...(about ? { description: about } : {}),
  }));
  return {
    kind: 'class',
    name,
    description,
    customElement: true,
    tagName: name.replace(/(?!^)[A-Z]/g, letter => `-${letter}`).toLowerCase(),
    superclass: { name: base },
    members: fields,
    attributes: tag('attr').map(({ type, ...rest }) => ({ ...rest, ...(type ? { type: { text: type } } : {}) })),
    events: tag('fires').map(({ name: event, description: about }) => ({
      name: event,
      type: { text: 'CustomEvent' },
      description: about,
    })),
    cssProperties: tag('cssprop').map(({ name: property, description: about }) => ({
      name: property,
      description: about,
    })),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(here, 'custom-elements.json');
  const text = JSON.stringify(manifest(), null, 2) + '\n';
  if (process.argv.includes('--check')) {
    if (readFileSync(path, 'utf8') !== text) {
      console.error('custom-elements.json is out of date: run `node packages/elements/manifest.mjs`.');
      process.exit(1);
    }
  } else {
    writeFileSync(path, text);
  }
}
