// Finds a browser for tests: an environment variable, then what is installed, then one delivered by npm.

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install.mjs';
import { root } from './run.mjs';

const VARIABLES = ['ONCEFORM_BROWSER', 'CHROME_PATH', 'PUPPETEER_EXECUTABLE_PATH'];
const COMMANDS = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const PLACES = {
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    name => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(variable =>
    process.env[variable] === undefined
      ? []
      : [
          join(process.env[variable], 'Google/Chrome/Application/chrome.exe'),
          join(process.env[variable], 'Microsoft/Edge/Application/msedge.exe'),
        ],
  ),
};

/** Flags for a headless browser that talks to nobody but the tests, also as root and in a container. */
export const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--lang=vi',
];

let found;

/** Resolves with `{ path, how }`; throws an Error that says what to do when there is no browser to be had. */
export function findBrowser() {
  found ??= find();
  return found;
}

async function find() {
  for (const variable of VARIABLES) {
    const path = process.env[variable];
    if (!path) continue;
    if (!runs(path)) throw new Error(`${variable} names ${path}, which is not a program that can be run.`);
    return { path, how: variable };
  }
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap(folder => COMMANDS.map(name => join(folder, name)));
  const path = [...onPath, ...(PLACES[process.platform] ?? [])].find(runs);
  if (path) return { path, how: 'installed' };
  return fromNpm();
}

async function fromNpm() {
  const folder = join(root, 'test', 'browser');
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chrome, Chromium or Edge was found. Install one, or set ONCEFORM_BROWSER to its path.');
  }
  console.log('No browser is installed: taking the one delivered by npm (once; about 66 MB) …');
  await install(folder, { quiet: true });
  // The switch makes the package unpack the system libraries it brings, and put them on the library path.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x';
  const entry = join(folder, 'node_modules/@sparticuz/chromium/build/esm/index.js');
  const { default: chromium } = await import(pathToFileURL(entry).href);
  return { path: await chromium.executablePath(), how: 'npm' };
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}
