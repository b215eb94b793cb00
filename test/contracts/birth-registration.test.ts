// The birth registration through the whole line, in Node; and the worked examples of docs/design/contracts.md, which are
// cut from this very run. `UPDATE_EXAMPLES=1 npx vitest run test/contracts` writes them anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { allIssues, isRelevant, offersAt, type GroupNode, type Json, type JsonObject } from '@onceform/core';
import { createHttpSource } from '@onceform/store/http';
import { createClaimsSource } from '@onceform/store/claims';
import { vnPack } from '@onceform/vn';
import { personas, registerData, registerPaths } from '@onceform/vn/personas';
import { civilStatus, health, normalizers, population, roles, signInClaims } from '@onceform/vn/sources';
import { beforeAll, describe, expect, test } from 'vitest';
import { NOW, runLine, type Line } from './line.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const mother = personas.find(persona => persona.slug === 'me-tre')!;

/** A register over HTTP without the wire: what the simulators of the demonstration answer. */
const register =
  (name: keyof typeof registerPaths): typeof fetch =>
  async (_, init) => {
    const { SoDinhDanh } = JSON.parse(String(init?.body)) as { SoDinhDanh: string };
    const records = registerData[name] as Readonly<Record<string, Json>>;
    return Response.json({ KetQua: records[SoDinhDanh] ?? registerPaths[name].none });
  };

let line: Line;

beforeAll(async () => {
  const sources = [
    ...Object.entries({ population, civilStatus, health }).map(([name, source]) =>
      createHttpSource({
        ...source,
        normalizers,
        clock: () => NOW,
        baseUrl: `https://${name.toLowerCase()}.example`,
        allowedHosts: [`${name.toLowerCase()}.example`],
        fetch: register(name as keyof typeof registerPaths),
      }),
    ),
    createClaimsSource({ ...signInClaims, clock: () => NOW }),
  ];
  line = await runLine({
    definition: JSON.parse(read('packages/vn/forms/birth-registration.form.json')) as JsonObject,
    pack: vnPack,
    sources,
    roles,
    citizen: {
      subject: 'pairwise-mother',
      person: { key: mother.personalId!, claims: mother.claims },
      identityLevel: 2,
    },
    answers: [
      ['/requester/relation', 'mother'],
      ['/situation/childCase', 'birthNotice'],
      ['/situation/parents', 'married'],
      ['/child/fullName', 'Lê Mẫu An'],
      ['/child/ethnicity', 'kinh'],
      ['/child/nationality', 'VN'],
      ['/copies/requested', true],
      ['/copies/count', 2],
      ['/commitment', true],
    ],
  });
}, 60_000);

describe('the birth registration', () => {
  test('has no issue left but what may be confirmed', () => {
    expect(allIssues(line.session.state).filter(issue => issue.severity === 'error')).toEqual([]);
  });

  test('is filled by the registers: the mother types eight answers', () => {
    const origins = Object.values(line.submission.origins).map(entry => entry.origin);
    const count = (origin: string): number => origins.filter(one => one === origin).length;
    expect(count('auto')).toBeGreaterThan(20);
    expect(count('manual')).toBeLessThanOrEqual(9);
    expect(line.submission.origins['/child/birthDateWords']).toMatchObject({ origin: 'derived' });
  });

  test('asks for no identity paper of anybody with a personal number', () => {
    for (const who of ['requester', 'mother', 'father']) {
      expect(isRelevant(line.session.state, `/${who}/idDocument`)).toBe(false);
      expect(line.submission.data[who]).not.toHaveProperty('idDocument');
    }
  });

  test('files a dossier that verifies, and names what was not checked', () => {
    expect(line.verdict.findings.filter(finding => finding.status === 'failed')).toEqual([]);
    expect(line.verdict.ok).toBe(true);
    expect(line.verdict.findings.some(finding => finding.status === 'not-checked')).toBe(true);
  });
});

describe('the worked examples of the contracts page', () => {
  const example = (name: string, value: unknown): void => {
    test(`${name} is cut from this run`, () => {
      const text = JSON.stringify(typeof value === 'function' ? (value as () => unknown)() : value, null, 2) + '\n';
      const path = `docs/design/examples/${name}.json`;
      if (process.env.UPDATE_EXAMPLES === '1') writeFileSync(new URL(`../../${path}`, import.meta.url), text);
      expect(text).toBe(read(path));
    });
  };
  const without = (value: object, ...keys: string[]): Record<string, unknown> =>
    Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
  const first = <T>(list: readonly T[], count: number): readonly T[] => list.slice(0, count);

  example('compiled-form', () => {
    const { form } = line;
    const requester = (form.outline.root as GroupNode).children.find(node => node.key === 'requester') as GroupNode;
    return {
      ...without(
        form,
        'outline',
        'guards',
        'computed',
        'rules',
        'reuse',
        'components',
        'notes',
        'validators',
        'documents',
        'print',
        'procedure',
      ),
      outline: {
        root: { key: '', kind: 'group', children: [{ ...requester, children: first(requester.children, 2) }] },
        pages: first(form.outline.pages, 1),
      },
      guards: first(form.guards, 1).map(guard => without(guard, 'test')),
      computed: first(form.computed, 1),
      rules: first(form.rules, 1),
      reuse: first(form.reuse, 1).map(item => ({ ...item, members: first(item.members, 2) })),
      components: first(form.components, 1).map(component => without(component, 'guard')),
      procedure: form.procedure,
      commitment: form.commitment,
    };
  });
  example('offer', () => {
    const [offer] = offersAt(line.session.state, '/child');
    return offer;
  });
  example('seal', () => ({
    ...line.seal,
    context: {
      ...line.seal.context,
      retrieved: Object.fromEntries(first(Object.entries(line.seal.context.retrieved), 3)),
    },
    items: line.seal.items.filter(item => ['/child/birthDate', '/mother/fullName'].includes(item.pointer)),
  }));
  example('submission', () => ({
    form: line.submission.form,
    data: { child: line.submission.data.child },
    origins: Object.fromEntries(
      ['/child/fullName', '/child/birthDate', '/child/birthDateWords'].map(at => [at, line.submission.origins[at]]),
    ),
    decisions: first(line.submission.decisions, 1),
    ignored: line.submission.ignored,
  }));
  example('manifest', () => {
    const { manifest } = line.dossier;
    return { ...manifest, files: first(manifest.files, 3), components: first(manifest.components, 1) };
  });
});
