// Writes custom-elements.json (custom elements manifest 1.0.0) from the comments over the element classes:
// `node packages/elements/manifest.mjs`. `--check` fails when the written one is out of date.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const FILES = ['once-form.ts', 'once-provider.ts', 'once-parts.ts', 'once-dossier.ts'];
const CLASS = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export class (\w+) extends (\w+) \{/g;

const DESK = readFileSync(join(here, 'src/desk-host.ts'), 'utf8');

/** Names of the events whose details are typed. */
const DETAILS = [...DESK.matchAll(/^ {2}'(once-[\w-]+)': \{/gm)].map(([, event]) => event);

/** The tokens of the theme, with what they are where a host says nothing. */
const TOKENS = [
  ...new Map(
    [...readFileSync(join(here, 'theme/once.css'), 'utf8').matchAll(/--_once-[\w-]+: var\((--once-[\w-]+), (.+)\);/g)]
      .toReversed()
      .map(([, token, value]) => [token, value]),
  ),
]
  .toReversed()
  .map(([token, value]) => ({ name: token, default: value }));

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
  const members = [...(base === 'DeskHost' ? membersOf(DESK, base) : []), ...membersOf(source, name)];
  return {
    kind: 'class',
    name,
    description,
    customElement: true,
    tagName: name.replace(/(?!^)[A-Z]/g, letter => `-${letter}`).toLowerCase(),
    superclass: { name: base },
    members,
    attributes: tag('attr').map(({ type, ...rest }) => ({ ...rest, ...(type ? { type: { text: type } } : {}) })),
    events: tag('fires').map(({ name: event, description: about }) => ({
      name: event,
      type: { text: DETAILS.includes(event) ? `CustomEvent<OnceEvents['${event}']>` : 'CustomEvent' },
      description: about,
    })),
    // Nothing is drawn by Lit in a shadow root of its own, and nothing of the host's is drawn within: no parts, no slots.
    slots: [],
    cssParts: [],
    cssProperties: TOKENS,
  };
}

/** Public properties and getters of a class, in the order in which they stand there. */
function membersOf(source, name) {
  const start = source.search(new RegExp(`class ${name} `));
  const body = source.slice(start, source.indexOf('\n}\n', start));
  const DECLARED = /(?:\/\*\* ((?:(?!\*\/).)+) \*\/\s*)?^ {2}(?:declare (\w+): (.+)|get (\w+)\(\): (.+) \{)(?:;)?$/gm;
  return [...body.matchAll(DECLARED)].map(([, about, field, type, getter, gives]) => ({
    kind: 'field',
    name: field ?? getter,
    type: { text: (type ?? gives).replace(/;$/, '') },
    ...(getter === undefined ? {} : { readonly: true }),
    ...(about ? { description: about } : {}),
  }));
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
