// What a dishonest page could do: file a package in which an official value was changed and everything else, every
// digest and every list, was made to agree. Only the seal does not. For the demonstration; the portal has to refuse it.

import { buildDossier, readPackage, verifyDossier } from '@onceform/dossier';

/**
 * Builds the same dossier again with one locked value changed.
 *
 * @returns {Promise<{ blob: Blob, pointer: string, official: string, forged: string } | null>} null when nothing in it is locked.
 */
export async function forge(honest, form) {
  const { submission, manifest } = await verifyDossier(honest);
  const locked = submission?.seal?.payload.items.find(
    item =>
      item.edit === 'locked' && typeof item.value === 'string' && submission.origins[item.pointer]?.origin === 'auto',
  );
  if (locked === undefined) return null;
  const forged = changed(locked.value);
  const reader = await readPackage(honest);
  const json = async role => {
    const file = manifest.files.find(entry => entry.role === role);
    return file === undefined ? undefined : JSON.parse(await reader.content(file.path).text());
  };
  const files = new Map(
    manifest.files
      .filter(({ role }) => role === 'component' || role === 'answer-file')
      .map(file => [file.sha256, reader.content(file.path)]),
  );
  const [consents, texts] = [await json('consents'), await json('texts')];
  const { blob } = await buildDossier({
    submission: { ...submission, data: withValue(submission.data, locked.pointer.slice(1).split('/'), forged) },
    form,
    documents: await form.documents(),
    files,
    id: manifest.id,
    created: manifest.created,
    recipient: manifest.recipient,
    submitter: manifest.submitter,
    language: manifest.language,
    ...(consents === undefined ? {} : { consents }),
    ...(texts === undefined ? {} : { texts }),
  });
  return { blob, pointer: locked.pointer, official: locked.value, forged };
}

/** The same kind of value, but another one: the last digit, or the last letter. */
function changed(value) {
  const at = value.search(/[\p{L}\d][^\p{L}\d]*$/u);
  const last = value[at] ?? '';
  const other = /\d/.test(last) ? String((Number(last) + 1) % 10) : last === 'a' ? 'e' : 'a';
  return value.slice(0, at) + other + value.slice(at + 1);
}

function withValue(data, [key, ...rest], value) {
  const copy = Array.isArray(data) ? [...data] : { ...data };
  copy[key] = rest.length === 0 ? value : withValue(data[key], rest, value);
  return copy;
}
