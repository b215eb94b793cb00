// `npm run archive`: one file that installs OnceForm where there is no network. It holds the built packages as they would
// be published, their dependencies of production, the command, the demonstration portal, a list of everything in it
// (CycloneDX) and SHA-256 sums. Then it unpacks the archive elsewhere and tries it without network.

import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { build } from './build.mjs';
import { root, run, step } from './run.mjs';

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const name = `onceform-${version}`;
const out = join(root, 'dist', 'archive');
const stage = join(out, name);

await build({ embed: true });
await rm(out, { recursive: true, force: true });
await mkdir(join(stage, 'node_modules', '@onceform'), { recursive: true });

// The time frames are in docs/operation.md, "Dependencies".
await step('No dependency of production that is known to be dangerous (npm audit)', async () => {
  const { output } = await run('npm', ['audit', '--omit=dev', '--json'], { quiet: true });
  let found;
  try {
    found = JSON.parse(output.slice(output.indexOf('{'))).metadata?.vulnerabilities;
  } catch {
    // said below
  }
  if (found === undefined) {
    console.log('  NOT CHECKED: no registry answers. Give sbom.cyclonedx.json to a scanner before you install.');
    return 0;
  }
  console.log(`  ${found.critical} critical, ${found.high} high, ${found.moderate} moderate, ${found.low} low`);
  return found.critical + found.high > 0 ? 1 : 0;
});

await step('Packages, as npm would publish them', async () => {
  for (const folder of await readdir(join(root, 'packages'))) {
    const packed = await run('npm', ['pack', '--json', '--silent', '--pack-destination', out], {
      cwd: join(root, 'packages', folder),
      quiet: true,
    });
    if (packed.code !== 0) return fail(packed);
    const [file] = (await readdir(out)).filter(each => each.endsWith('.tgz'));
    await mkdir(join(stage, 'packages', folder), { recursive: true });
    const unpacked = await run(
      'tar',
      ['-xzf', join(out, file), '-C', join(stage, 'packages', folder), '--strip-components=1'],
      { quiet: true },
    );
    if (unpacked.code !== 0) return fail(unpacked);
    await rm(join(out, file));
    await symlink(join('..', '..', 'packages', folder), join(stage, 'node_modules', '@onceform', folder));
  }
  return 0;
});

await step('Dependencies of production', async () => {
  const { code, output } = await run('npm', ['ls', '--all', '--parseable', '--omit=dev', '--workspaces'], {
    quiet: true,
    env: { npm_config_loglevel: 'silent' },
  });
  if (code !== 0) return fail({ code, output });
  const modules = join(root, 'node_modules') + sep;
  const paths = output
    .split('\n')
    .filter(path => path.startsWith(modules) && !path.startsWith(join(modules, '@onceform') + sep))
    .map(path => relative(root, path));
  // A folder comes with what is nested in it; what npm puts there for development only is left out.
  const wanted = new Set(paths);
  for (const path of paths) {
    await cp(join(root, path), join(stage, path), {
      recursive: true,
      filter: from => !from.slice(join(root, path).length).includes(`${sep}node_modules`) && !from.endsWith('.map'),
    });
  }
  console.log(`  ${wanted.size} packages`);
  return 0;
});

await step('Command, demonstration, list of contents, sums', async () => {
  for (const path of [
    'bin',
    'examples/portal',
    'scripts/options.mjs', // how its command reads its words
    'README.md',
    'LICENSE',
    'docs/operation.md',
    'dist/once-form.js',
    'dist/once-offline.js',
  ])
    if (existsSync(join(root, path)))
      await cp(join(root, path), join(stage, path), { recursive: true, filter: from => !from.includes('.onceform') });
  const {
    scripts: _scripts,
    devDependencies: _dev,
    workspaces: _workspaces,
    ...rest
  } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const start = 'node --disallow-code-generation-from-strings examples/portal/start.mjs';
  await writeFile(join(stage, 'package.json'), `${JSON.stringify({ ...rest, scripts: { start } }, null, 2)}\n`);
  const list = await run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--silent'], { quiet: true });
  if (list.code !== 0) return fail(list);
  await writeFile(join(stage, 'sbom.cyclonedx.json'), list.output.slice(list.output.indexOf('{')));
  const sums = [];
  for (const entry of await readdir(stage, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    sums.push(`${await digest(path)}  ${relative(stage, path)}`);
  }
  await writeFile(join(stage, 'SHA256SUMS'), `${sums.sort().join('\n')}\n`);
  return 0;
});

const archive = `${stage}.tar.gz`;
await step(relative(root, archive), async () => {
  const { code, output } = await run(
    'tar',
    ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '-czf', archive, '-C', out, name],
    { quiet: true },
  );
  if (code !== 0) return fail({ code, output });
  await writeFile(`${archive}.sha256`, `${await digest(archive)}  ${name}.tar.gz\n`);
  await rm(stage, { recursive: true });
  return 0;
});

await step('Unpacked elsewhere, without network', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'onceform-archive-'));
  try {
    const script = [
      'set -e',
      `cd ${JSON.stringify(out)} && sha256sum --quiet -c ${name}.tar.gz.sha256`,
      `tar -xzf ${name}.tar.gz -C ${JSON.stringify(folder)} && cd ${JSON.stringify(join(folder, name))}`,
      'sha256sum --quiet -c SHA256SUMS',
      'node bin/onceform.js --help > /dev/null',
      `node --disallow-code-generation-from-strings --input-type=module -e "const s = await import('@onceform/server'); const db = await s.openPglite(); await s.migrate(db); await db.close(); console.log('  the server migrates an embedded database');"`,
    ].join('\n');
    // A network namespace of its own, where the system lets us have one: nothing but this process is in it.
    const alone = (await run('unshare', ['-rn', 'true'], { quiet: true }).catch(() => ({ code: 1 }))).code === 0;
    console.log(alone ? '  in a network namespace without interfaces' : '  with the npm registry set to nowhere');
    const env = { npm_config_registry: 'http://127.0.0.1:9', npm_config_offline: 'true' };
    return (await run(alone ? 'unshare' : 'bash', [...(alone ? ['-rn', 'bash'] : []), '-c', script], { env })).code;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
console.log(`\n${relative(root, archive)} and ${relative(root, archive)}.sha256`);

function fail({ code, output }) {
  console.error(output);
  return code || 1;
}

async function digest(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
