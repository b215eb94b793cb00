// `npm run docs`: brings the documents into line with the sources; with --check says which are out of line.
//
// In Markdown, `<!-- include: packages/core/src/seal.ts#SealPayload,SealItem -->` followed by a fenced block shows
// these declarations as they stand; `<!-- include: docs/design/examples/seal.json -->` shows a whole file.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const check = process.argv.includes('--check');
const INCLUDE = /<!-- include: (\S+?)(?:#(\S+))? -->\n```(\w+)\n[\s\S]*?```\n/g;

const documents = ['README.md', ...markdown('docs')].filter(path => existsSync(join(root, path)));
let stale = 0;
for (const path of documents) {
  const text = readFileSync(join(root, path), 'utf8');
  const fresh = text.replace(INCLUDE, (_, file, symbols, language) => {
    const source = readFileSync(join(root, file), 'utf8');
    const body =
      symbols === undefined
        ? source.trimEnd()
        : symbols
            .split(',')
            .map(name => declaration(source, name, file))
            .join('\n\n');
    return `<!-- include: ${file}${symbols === undefined ? '' : `#${symbols}`} -->\n\`\`\`${language}\n${body}\n\`\`\`\n`;
  });
  for (const [, target] of fresh.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
    if (existsSync(join(root, path, '..', target))) continue;
    console.error(`${path} links to ${target}, which does not exist`);
    stale += 1;
  }
  if (fresh === text) continue;
  if (check) {
    console.error(`${path} is out of line with the sources: run npm run docs`);
    stale += 1;
  } else {
    writeFileSync(join(root, path), fresh);
    console.log(`${path} brought into line`);
  }
}
process.exit(stale === 0 ? 0 : 1);

function markdown(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory()
      ? markdown(`${folder}/${entry.name}`)
      : entry.name.endsWith('.md')
        ? [`${folder}/${entry.name}`]
        : [],
  );
}

/** Cuts an exported declaration with its docstring out of a source. */
function declaration(source, name, file) {
  const start = source.search(new RegExp(`^(?:export )?(?:interface|type|function|class|const) ${name}\\b`, 'm'));
  if (start < 0) throw new Error(`${file} declares no ${name}`);
  const rest = source.slice(start);
  const end = /^(?:export )?(?:interface|class|function)/.test(rest)
    ? rest.search(/^\}$/m) + 1
    : rest.search(/;\n(?!\s+[|&])/) + 1;
  const before = source.slice(0, start);
  const doc = before.match(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n$/)?.[0] ?? '';
  return doc + rest.slice(0, end);
}
