// Forms, their modules and code lists, and the keys that everything is checked with.

import { createHash } from 'node:crypto';
import {
  isJsonObject,
  type CodeListPart,
  type CompiledForm,
  type FormInfo,
  type Json,
  type SourceInfo,
} from '@onceform/core';
import { codeListPart, formInfo, sourceInfo } from '@onceform/server/api-schemas';
import { answered, expectStatus, must, refused } from './back-end.ts';
import type { Check } from './conformance.ts';
import { importModule } from './module-graph.ts';

const list = (items: object): never => ({ type: 'array', items }) as never;

export const formChecks: readonly Check[] = [
  {
    id: 'forms.list',
    rule: 'GET /api/forms lists the forms on offer',
    async run(found) {
      const forms = answered<FormInfo[]>(await found.visitor.call('GET', '/api/forms'), 200, list(formInfo));
      must(forms.length > 0, 'No form is on offer, so nothing else can be tried.');
      const wanted = found.specimen?.form;
      const info = wanted === undefined ? forms[0] : forms.find(({ slug }) => slug === wanted);
      must(info !== undefined, `The form "${wanted}" of the answers is not on offer.`);
      found.info = info;
    },
  },
  {
    id: 'forms.one',
    rule: 'GET /api/forms/{slug} gives what the list says',
    needs: ['info'],
    async run({ visitor, info }) {
      const one = answered<FormInfo>(await visitor.call('GET', `/api/forms/${info!.slug}`), 200, formInfo);
      must(one.digest === info!.digest && one.module === info!.module, 'The list and the form itself differ.');
    },
  },
  {
    id: 'forms.unknown',
    rule: 'a form that is not on offer is answered with a problem',
    async run({ visitor }) {
      refused(await visitor.call('GET', '/api/forms/no-such-form-anywhere'), 404);
    },
  },
  {
    id: 'forms.module',
    rule: 'the compiled module is the JavaScript whose hash GET /api/forms named, kept for ever, and holds that form',
    needs: ['info'],
    async run(found) {
      const { module, integrity, digest } = found.info!;
      const answer = await found.visitor.call('GET', module);
      expectStatus(answer, 200);
      const type = answer.headers.get('content-type') ?? '';
      must(/^(?:text|application)\/javascript\b/.test(type), `Browsers do not run a module of type "${type}".`);
      must(/immutable/.test(answer.headers.get('cache-control') ?? ''), 'Its Cache-Control does not say immutable.');
      const hash = `sha384-${createHash('sha384').update(answer.bytes).digest('base64')}`;
      must(hash === integrity, `Its hash is ${hash}, and GET /api/forms named ${integrity}.`);
      const folder = module.slice(0, module.lastIndexOf('/') + 1);
      const { module: loaded, forget } = await importModule<{ default?: CompiledForm }>(
        module.slice(folder.length),
        async name => {
          const file = await found.visitor.call('GET', folder + name);
          must(file.status === 200, `The module imports ./${name}, which is answered with ${file.status}.`);
          return file.bytes;
        },
      );
      found.cleanUp.push(forget);
      must(loaded.default?.digest === digest, 'The module holds another form than the one that was named.');
      found.form = loaded.default;
    },
  },
  {
    id: 'code-lists.unknown',
    rule: 'a code list that does not exist is answered with a problem',
    async run({ visitor }) {
      refused(await visitor.call('GET', '/api/code-lists/no-such-list'), 404, 'ERR_CODE_LIST_UNKNOWN', 'ERR_NOT_FOUND');
    },
  },
  {
    id: 'code-lists.part',
    rule: 'GET /api/code-lists/{id} gives entries under an ETag, and 304 when that is what one has',
    needs: ['form'],
    async run({ visitor, form }) {
      const id = firstCodeList(form!.outline as unknown as Json);
      if (id === null) return; // the form needs none
      const path = `/api/code-lists/${encodeURIComponent(id)}`;
      const answer = await visitor.call('GET', path);
      const part = answered<CodeListPart>(answer, 200, codeListPart);
      const etag = answer.headers.get('etag');
      must(part.id === id, `It gave the list ${part.id}.`);
      must(etag !== null, 'There is no ETag.');
      expectStatus(await visitor.call('GET', path, { headers: { 'if-none-match': etag } }), 304);
    },
  },
  {
    id: 'sources.list',
    rule: 'GET /api/sources names the sources, what they know, and whether they answer',
    async run({ visitor }) {
      answered<SourceInfo[]>(await visitor.call('GET', '/api/sources'), 200, list(sourceInfo));
    },
  },
  {
    id: 'keys.public',
    rule: 'GET /api/keys publishes Ed25519 keys that have an id, and no private part',
    async run(found) {
      const { keys } = answered<{ keys: Readonly<Record<string, Json>>[] }>(
        await found.visitor.call('GET', '/api/keys'),
        200,
        { type: 'object', required: ['keys'], properties: { keys: list({ type: 'object' }) } },
      );
      must(!keys.some(key => Object.hasOwn(key, 'd')), 'A private key is published.');
      const usable = keys.filter(({ kty, crv, kid, x }) => kty === 'OKP' && crv === 'Ed25519' && kid && x);
      must(usable.length > 0, 'There is no Ed25519 key with a kid.');
      found.keys = usable;
    },
  },
];

/** The first code list that the form's outline names. */
function firstCodeList(value: Json): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (isJsonObject(value) && isJsonObject(value['codeList']) && typeof value['codeList']['id'] === 'string')
    return value['codeList']['id'];
  for (const member of Object.values(value)) {
    const found = firstCodeList(member as Json);
    if (found !== null) return found;
  }
  return null;
}
