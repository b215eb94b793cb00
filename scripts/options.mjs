// The words after a command: `--help` says what it takes, and whatever it does not take is refused in a sentence.

import { parseArgs } from 'node:util';

/**
 * As `parseArgs` gives them. Ends the process with 0 after help, with 2 when a word is not understood.
 *
 * @param {string} usage what `--help` prints.
 * @param {import('node:util').ParseArgsConfig} config
 */
export function readOptions(usage, config) {
  let parsed;
  try {
    parsed = parseArgs({ ...config, options: { ...config.options, help: { type: 'boolean', default: false } } });
  } catch (error) {
    // Node's second sentence explains how to pass a word that begins with a dash.
    stop(`${error.message.split(/\. |\n/)[0].replace(/\.?$/, '.')}\n\n${usage}`);
  }
  if (parsed.values.help) {
    console.log(usage);
    process.exit(0);
  }
  return parsed;
}

/**
 * A whole number between two bounds.
 *
 * @param {string} name of the option, for the refusal: `--port`.
 * @param {string} value
 * @param {number} least
 * @param {number} most
 */
export function readNumber(name, value, least, most) {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  return stop(`${name} takes a number from ${least} to ${most}, not "${value}".`);
}

/**
 * Says why, and ends the process.
 *
 * @param {string} why
 * @returns {never}
 */
export function stop(why) {
  console.error(why);
  process.exit(2);
}
