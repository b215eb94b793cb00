// onceform sign: a signed copy of a package, by a key file. Tokens, cards and services sign through the Signer port.

import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keyFileSigner, signDossier, type Timestamper } from '@onceform/dossier/signatures';
import { UsageError, type Command } from '../command.ts';
import { openFile } from '../dossier-file.ts';

const HELP = `Usage: onceform sign FILE --key PEM --out FILE [--tsa URL]

  --key PEM         private key (PKCS #8, ECDSA P-256 or RSA) with the certificates of its chain, the signer's first
  --tsa URL         time stamping authority (RFC 3161); makes the signature CAdES B-T
  --out FILE        where the signed package goes (.asice); must not exist yet
`;

export const sign: Command = {
  name: 'sign',
  summary: 'Sign a dossier package (CAdES in an ASiC-E container)',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [file, ...more],
    } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        out: { type: 'string' },
        tsa: { type: 'string' },
      },
    });
    if (file === undefined || more.length > 0 || values.key === undefined || values.out === undefined)
      throw new UsageError('Give one package, a --key, and where it goes with --out.');
    const signer = await keyFileSigner(await readFile(resolve(io.cwd, values.key), 'utf8')).catch((error: Error) => {
      throw new UsageError(error.message);
    });
    const signed = await signDossier(await openFile(file, io), signer, {
      now: new Date(),
      ...(values.tsa === undefined ? {} : { timestamper: overHttp(values.tsa) }),
    });
    await writeFile(resolve(io.cwd, values.out), await signed.bytes(), { flag: 'wx' });
    io.stdout.write(`${values.out}: ${signed.manifest.id}, sha256 ${await signed.sha256()}\n`);
    return 0;
  },
};

function overHttp(url: string): Timestamper {
  return async request => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: request,
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new UsageError(`The time stamping authority answered ${response.status}.`);
    return new Uint8Array(await response.arrayBuffer());
  };
}
