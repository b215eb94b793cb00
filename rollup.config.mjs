// dist/once-form.js: everything for a script tag in one file. It has one Trusted Types policy, called `onceform`
// (Lit's own, renamed), so that it runs beside a page's own Lit. A second version, loaded as `once-form.js?prefix=later`,
// registers `<later-form>` and calls its policy `onceform-later`. dist/once-offline.js is its service worker, for pages that
// offer to keep their forms for use without a network.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
// What writes Lit's templates and what registers a worker ask for a policy each, of the same name: they get one for both.
const POLICY = `let ONCE_MADE;
const ONCE_POLICY = types => ONCE_MADE ??= types.createPolicy(
  (prefix => prefix ? \`onceform-\${prefix}\` : "onceform")(new URL(import.meta.url).searchParams.get("prefix")),
  { createHTML: html => html, createScriptURL: address => {
    if (new URL(address, location.href).origin !== location.origin) throw new TypeError("Only a worker of this site.");
    return address;
  } });
`;
/** Who makes a policy: Lit, and offline.ts. */
const MAKERS = ['lit-html', 'onceform'];
const { version } = JSON.parse(readFileSync(join(root, 'packages/elements/package.json'), 'utf8'));

const onceform = {
  name: 'onceform',
  async renderChunk(code) {
    const { code: css } = await transform(readFileSync(join(root, 'packages/elements/theme/once.css'), 'utf8'), {
      loader: 'css',
      minify: true,
    });
    let own = code;
    for (const maker of MAKERS) {
      const shared = own.replace(
        new RegExp(`([\\w$]+)\\.createPolicy\\((["'])${maker}\\2,[^()]*\\)`),
        (_all, types) => `ONCE_POLICY(${types})`,
      );
      if (shared === own)
        throw new Error(`No Trusted Types policy "${maker}" is made any more: look at how it is called now.`);
      own = shared;
    }
    return { code: POLICY + own.replace(/\bONCE_CSS\b/g, () => JSON.stringify(css)), map: null };
  },
  writeBundle({ file }, bundle) {
    const [chunk] = Object.values(bundle);
    const integrity = `sha384-${createHash('sha384').update(chunk.code).digest('base64')}`;
    writeFileSync(
      file.replace(/\.js$/, '.json'),
      JSON.stringify(
        {
          version,
          path: `/onceform/${version}/once-form.js`,
          integrity,
          bytes: Buffer.byteLength(chunk.code),
          gzip: gzipSync(chunk.code, { level: 9 }).length,
        },
        null,
        2,
      ) + '\n',
    );
  },
};

export default [
  {
    input: 'packages/elements/dist/embed.js',
    output: { file: 'dist/once-form.js', format: 'es', inlineDynamicImports: true },
    plugins: [
      nodeResolve({ browser: true, exportConditions: ['browser', 'default'] }),
      commonjs(),
      onceform,
      terser({ module: true }),
    ],
    onwarn(warning, warn) {
      if (warning.code !== 'CIRCULAR_DEPENDENCY' || !warning.message.includes('node_modules')) warn(warning);
    },
  },
  {
    input: 'packages/elements/dist/once-offline.js',
    output: { file: 'dist/once-offline.js', format: 'iife' },
    plugins: [terser()],
  },
];
