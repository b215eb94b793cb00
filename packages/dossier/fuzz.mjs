// `npm run fuzz -- dossier`: changes golden dossiers at random, as bytes and as a forger who makes every list agree
// again, and demands that none is accepted. Every bit of the smallest one is flipped first.

import { readFile } from 'node:fs/promises';
import { composeDossier, digestBlob, readPackage, verifyDossier } from './dist/index.js';

const golden = name => readFile(new URL(`golden/${name}`, import.meta.url)).then(bytes => new Uint8Array(bytes));

/** A small generator, so that a run can be repeated from its seed. */
function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return { below: limit => next() % limit };
}

const byteMutations = [
  (bytes, { below }) => {
    bytes[below(bytes.length)] ^= 1 << below(8);
    return bytes;
  },
  (bytes, { below }) => {
    bytes[below(bytes.length)] = below(256);
    return bytes;
  },
  (bytes, { below }) => bytes.slice(0, below(bytes.length)),
  (bytes, { below }) => {
    const at = below(bytes.length);
    return concat(bytes.slice(0, at), Uint8Array.of(below(256)), bytes.slice(at));
  },
  (bytes, { below }) => {
    const at = below(bytes.length);
    return concat(bytes.slice(0, at), bytes.slice(at + 1 + below(64)));
  },
  (bytes, { below }) => {
    const from = below(bytes.length),
      length = 1 + below(64);
    bytes.copyWithin(below(bytes.length), from, from + length);
    return bytes;
  },
  (bytes, { below }) => {
    const at = below(bytes.length);
    return concat(bytes.slice(0, at), bytes.slice(below(bytes.length), below(bytes.length)), bytes.slice(at));
  },
];

function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Changes one value somewhere in a JSON value. */
function mutateJson(value, random) {
  if (Array.isArray(value) && value.length > 0 && random.below(4) > 0) {
    const at = random.below(value.length);
    return value.map((item, i) => (i === at ? mutateJson(item, random) : item));
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0 && random.below(8) > 0) {
    const keys = Object.keys(value),
      key = keys[random.below(keys.length)];
    if (random.below(10) === 0) {
      const { [key]: _, ...rest } = value;
      return rest;
    }
    return { ...value, [key]: mutateJson(value[key], random) };
  }
  const others = [null, true, 0, 1, -1, '', 'x', [], {}, '__proto__', 'auto', 'manual', '/name', 1e21, 'f'.repeat(64)];
  if (typeof value === 'string' && value.length > 0 && random.below(2) === 0) {
    const at = random.below(value.length);
    return value.slice(0, at) + String.fromCharCode(32 + random.below(90)) + value.slice(at + 1);
  }
  return others[random.below(others.length)];
}

export default async function fuzz({ runs }) {
  const { canonicalBytes } = await import('@onceform/core');
  const original = await golden('notice.zip');
  // The second holds what somebody else confirmed: a part with a seal of its own.
  const sealed = [original, await golden('two-people.zip')];
  const payloads = new Map();
  for (const bytes of sealed) {
    const jws = await (await readPackage(bytes)).content('data/seal.jws').text();
    payloads.set(jws, JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString()));
  }
  const receiver = {
    openSeal: jws => ({ jws, verified: payloads.has(jws), payload: payloads.get(jws) ?? [...payloads.values()][0] }),
    now: new Date('2026-11-22T08:10:00Z'),
    knownForms: () => true,
  };
  const accepted = async bytes => (await verifyDossier(bytes, receiver)).ok;
  for (const bytes of sealed)
    if (!(await accepted(bytes)))
      throw new Error('A golden dossier itself is not accepted: nothing below would mean anything.');

  const bits = Math.min(original.length * 8, runs);
  let flips = 0;
  for (let bit = 0; bit < bits; bit++) {
    original[bit >> 3] ^= 1 << (bit & 7);
    if (await accepted(original)) flips++;
    original[bit >> 3] ^= 1 << (bit & 7);
  }

  const random = generator(20261122);
  const others = ['unsealed.zip', 'redacted.zip', 'signed.asice'];
  const samples = [...sealed, ...(await Promise.all(others.map(golden)))];
  let mutations = 0,
    tried = 0;
  for (let i = 0; i < runs; i++) {
    const sample = samples[i % samples.length];
    let bytes = sample.slice();
    for (let n = 1 + random.below(3); n > 0; n--)
      bytes = byteMutations[random.below(byteMutations.length)](bytes.length > 0 ? bytes : sample.slice(), random);
    if (Buffer.from(bytes).equals(Buffer.from(sample))) continue;
    tried++;
    if (await accepted(bytes)) mutations++;
  }

  // A forger who recomputes every digest and list. What the receiver knows by itself still has to catch it: the form,
  // the seal, what was reviewed. What is only the citizen's own word in an unsigned package – decisions, consents,
  // texts – is left alone: a signature covers it, nothing else can.
  const vouchedFor = await Promise.all(
    sealed.map(async bytes => {
      const opened = await readPackage(bytes);
      const { manifest } = await verifyDossier(bytes, receiver);
      const vouched = manifest.files.filter(({ role }) =>
        ['data', 'schema', 'rules', 'definition', 'provenance', 'salts'].includes(role),
      );
      return { opened, manifest, vouched };
    }),
  );
  let forgeries = 0,
    forged = 0;
  for (let i = 0; i < Math.ceil(runs / 10); i++) {
    const { opened, manifest, vouched } = vouchedFor[i % vouchedFor.length];
    const target = vouched[random.below(vouched.length)];
    const before = JSON.parse(await opened.content(target.path).text());
    let content;
    try {
      content = new Blob([canonicalBytes(mutateJson(before, random))]);
    } catch {
      continue;
    }
    const { sha256, size } = await digestBlob(content);
    if (sha256 === target.sha256) continue;
    const contents = new Map(
      manifest.files.map(({ path }) => [path, path === target.path ? content : opened.content(path)]),
    );
    const built = await composeDossier(
      {
        ...manifest,
        files: manifest.files.map(file => (file.path === target.path ? { ...file, sha256, size } : file)),
      },
      contents,
    );
    forged++;
    if (await accepted(await built.bytes())) forgeries++;
  }
  return [
    { name: `${bits} single bits flipped`, result: `${flips} accepted`, ok: flips === 0 },
    { name: `${tried} mutated packages`, result: `${mutations} accepted`, ok: mutations === 0 },
    { name: `${forged} forged contents with matching lists`, result: `${forgeries} accepted`, ok: forgeries === 0 },
  ];
}
