// What `npm start` takes. Imports nothing that has to be built: a slip is told before the build, not after it.

import { readNumber, readOptions, stop } from '../../scripts/options.mjs';
import { clockFrom } from './clock-from.mjs';

const USAGE = `npm start -- [--port 8080] [--data FOLDER] [--date 2027-03-01]

  --port   where the portal answers; without it 8080, or the next that is free
  --data   where everything is kept; without it .onceform, beside package.json
  --date   the day, or the moment, that the portal takes it to be`;

/** Ends the process when a word is not understood, and after `--help`. */
export function demoOptions() {
  const {
    values: { port, data, date },
  } = readOptions(USAGE, {
    options: {
      port: { type: 'string', default: process.env.PORT ?? '8080' },
      data: { type: 'string' },
      date: { type: 'string' },
    },
  });
  const found = { port: readNumber('--port', port, 0, 65_535), ...(data === undefined ? {} : { dataDir: data }) };
  try {
    return { ...found, clock: clockFrom(date) };
  } catch (error) {
    return stop(error.message);
  }
}
