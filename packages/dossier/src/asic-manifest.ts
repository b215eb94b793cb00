// META-INF/ASiCManifestNNN.xml: what a signature covers. Written, and compared byte for byte; never parsed.
// See ETSI EN 319 162-1 A.4.

import { canonicalBytes, type DossierManifest, type Json, type Sha256 } from '@onceform/core';
import { derivedLists } from './derived-lists.ts';
import { hashNow } from './digest-blob.ts';
import { SIGNED_TYPE } from './read-package.ts';

export function signaturePath(number: number): string {
  return `META-INF/signature${String(number).padStart(3, '0')}.p7s`;
}

export function asicManifestPath(number: number): string {
  return `META-INF/ASiCManifest${String(number).padStart(3, '0')}.xml`;
}

/** Writes the manifest of one signature: every file but `mimetype` and META-INF, by SHA-256. */
export function asicManifest(manifest: DossierManifest, number: number): Uint8Array<ArrayBuffer> {
  const manifestDigest = hashNow(canonicalBytes(manifest as unknown as Json));
  const covered: { path: string; type: string; digest: Sha256 }[] = [
    { path: 'dossier.json', type: 'application/json', digest: manifestDigest },
  ];
  for (const [path, text] of derivedLists(manifest, manifestDigest, SIGNED_TYPE))
    covered.push({ path, type: 'text/plain', digest: hashNow(text) });
  for (const { path, type, sha256: digest } of manifest.files) covered.push({ path, type, digest });
  const references = covered.map(
    ({ path, type, digest }) =>
      `  <asic:DataObjectReference URI="${path}" MimeType="${escaped(type)}">\n`
      + '    <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>\n'
      + `    <ds:DigestValue>${base64OfHex(digest)}</ds:DigestValue>\n  </asic:DataObjectReference>\n`,
  );
  return new TextEncoder().encode(
    '<?xml version="1.0" encoding="UTF-8"?>\n'
      + '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
      + `  <asic:SigReference URI="${signaturePath(number)}" MimeType="application/pkcs7-signature"/>\n${references.join('')}</asic:ASiCManifest>\n`,
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\n\r\t]/g, c => `&#${c.charCodeAt(0)};`);
}

function base64OfHex(digest: Sha256): string {
  return btoa(String.fromCharCode(...digest.match(/../g)!.map(byte => parseInt(byte, 16))));
}
