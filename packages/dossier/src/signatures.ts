// @onceform/dossier/signatures: signing and checking signatures. Loaded only by who needs it; it brings a CMS library.

export { signContent, signDossier, type SigningOptions } from './sign-dossier.ts';
export { keyFileSigner, readPem, webCryptoSigner, type Signer } from './signer.ts';
export { signatureChecker } from './verify-signature.ts';
export { checkTimestamp, timestamp, type CheckedTimestamp, type Timestamper } from './timestamp.ts';
export { distrust, summarize, type CertificateSummary, type TrustPolicy } from './trust.ts';
export { trustedKeyOf, type TrustedKey } from './trusted-keys.ts';
export { readCades, writeCades, type CadesParts, type SignatureAlgorithm } from './cades.ts';
