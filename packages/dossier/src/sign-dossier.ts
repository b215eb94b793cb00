// Signs a package: a new package that is an ASiC-E container, with one more detached CAdES signature over all of it.

import { OnceFormError, type Finding } from '@onceform/core';
import { asicManifest, asicManifestPath, signaturePath } from './asic-manifest.ts';
import { composeDossier, type BuiltDossier } from './build-dossier.ts';
import { signatureValue, signedAttributes, writeCades, type Bytes } from './cades.ts';
import { isSignaturePath } from './package-path.ts';
import { SIGNED_TYPE } from './read-package.ts';
import type { Signer } from './signer.ts';
import { timestamp, type Timestamper } from './timestamp.ts';
import { verifyDossier } from './verify-dossier.ts';

export interface SigningOptions {
  /** The time that the signer claims; cut to whole seconds. */
  readonly now: Date;
  /** Makes the signature B-T. */
  readonly timestamper?: Timestamper;
}

/**
 * Signs a package, unsigned or signed already by others.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID when the package does not verify by itself.
 */
export async function signDossier(
  source: Blob | Uint8Array<ArrayBuffer>,
  signer: Signer,
  options: SigningOptions,
): Promise<BuiltDossier> {
  const { ok, package: reader, manifest, findings } = await verifyDossier(source);
  if (!ok || reader === null || manifest === null) {
    const failed = findings.filter(({ status }: Finding) => status === 'failed').map(({ code }) => code);
    throw new OnceFormError('ERR_DOSSIER_INVALID', 'Only a package that verifies can be signed.', {
      data: { findings: failed },
    });
  }
  const paths = [...reader.entries.keys()].filter(isSignaturePath);
  const number = paths.filter(path => path.endsWith('.p7s')).length + 1;
  if (number > 999) throw new OnceFormError('ERR_PACKAGE_LIMIT', 'A package has at most 999 signatures.');
  const content = asicManifest(manifest, number);
  return composeDossier(manifest, new Map(manifest.files.map(({ path }) => [path, reader.content(path)])), {
    type: SIGNED_TYPE,
    signatures: new Map([
      ...paths.map((path): [string, Blob] => [path, reader.content(path)]),
      [asicManifestPath(number), new Blob([content])],
      [signaturePath(number), new Blob([await signContent(content, signer, options)])],
    ]),
  });
}

/** Signs bytes detached: a CMS in the one shape that the verifier accepts. */
export async function signContent(
  content: Bytes,
  signer: Signer,
  { now, timestamper }: SigningOptions,
): Promise<Bytes> {
  const { algorithm, certificates } = signer;
  const signingTime = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const messageDigest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
  const signature = await signer.sign(await signedAttributes({ certificates, signingTime, messageDigest }));
  const parts = { algorithm, certificates, signingTime, messageDigest, signature };
  return writeCades(
    timestamper === undefined ? parts : { ...parts, timestamp: await timestamp(signatureValue(parts), timestamper) },
  );
}
