// Sixth part: who signed. Without a signature the package says so; a signature nobody checks is said to be unchecked.

import { isSignaturePath } from './package-path.ts';
import { SIGNED_TYPE, type PackageReader } from './read-package.ts';
import type { Report } from './report.ts';

export async function checkSignatures(report: Report, reader: PackageReader): Promise<void> {
  const signatures = [...reader.entries.keys()].filter(isSignaturePath);
  if (reader.type !== SIGNED_TYPE) {
    if (signatures.length > 0) report.fail('SIGNATURE_UNEXPECTED');
    return report.note('UNSIGNED');
  }
  if (signatures.length === 0) return report.fail('SIGNATURE_MISSING');
  report.unchecked('NOT_CHECKED_SIGNATURES', { count: signatures.filter(path => path.endsWith('.p7s')).length });
}
