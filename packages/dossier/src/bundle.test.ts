import { expect, test } from 'vitest';
import { checkBundle, componentsOfPart, IN_OTHER_PART } from './bundle.ts';
import { replacementsCsv } from './replacements-csv.ts';
import { exampleDossier, exampleForm, exampleSubmission, pdf, receiver, reference } from './testing/notice.ts';
import { verifyDossier } from './verify-dossier.ts';

const id = 'urn:uuid:01890000-0000-7000-8000-00000000000b';
const part = async (no: number, of = 2) =>
  (await exampleDossier({ id: `urn:uuid:01890000-0000-7000-8000-00000000001${no}`, bundle: { id, no, of } })).manifest;

test('a bundle is complete with every one of its packages, in any order', async () => {
  expect(checkBundle([await part(2), await part(1)])).toMatchObject({ code: 'BUNDLE_COMPLETE', status: 'ok' });
});

test('a bundle is refused as a whole when a part is missing, twice, of another bundle or by somebody else', async () => {
  const [one, two] = [await part(1), await part(2)];
  for (const wrong of [
    [],
    [one],
    [one, one],
    [one, await part(2, 3)],
    [one, { ...two, bundle: { id: `${id.slice(0, -1)}c`, no: 2, of: 2 } }],
    [one, { ...two, submitter: null }],
    [one, (await exampleDossier()).manifest],
  ]) {
    expect(checkBundle(wrong)).toMatchObject({ code: 'BUNDLE_INCOMPLETE', status: 'failed' });
  }
});

test('each paper is in one package, and the others say that it is elsewhere', async () => {
  const paper = async (no: number, own: readonly string[]) => {
    const whole = await exampleSubmission({
      components: [{ id: 'paper', fulfilledBy: 'file', files: [await reference('a.pdf', 'application/pdf', pdf)] }],
    });
    const submission = { ...whole, components: componentsOfPart(whole.components, own) };
    return (
      await exampleDossier({
        submission,
        id: `urn:uuid:01890000-0000-7000-8000-00000000001${no}`,
        bundle: { id, no, of: 2 },
      })
    ).manifest;
  };
  const [here, there] = [await paper(1, ['paper']), await paper(2, [])];
  expect(there.components).toMatchObject([{ id: 'paper', fulfilledBy: 'waived', reason: IN_OTHER_PART, files: [] }]);
  expect(checkBundle([here, there]).code).toBe('BUNDLE_COMPLETE');
  expect(checkBundle([await paper(1, []), there]).message.en).toContain('paper is in none of them');
});

test('a certified copy says who made it, which nobody checked, and not after the dossier', async () => {
  const copied = async (at: string) => {
    const submission = await exampleSubmission({
      components: [
        {
          id: 'paper',
          fulfilledBy: 'file',
          files: [await reference('a.pdf', 'application/pdf', pdf)],
          copy: { kind: 'certified', by: 'Office', at },
        },
      ],
    });
    return (await verifyDossier((await exampleDossier({ submission })).blob, await receiver())).findings
      .filter(({ code }) => code.includes('COPY'))
      .map(({ code }) => code);
  };
  expect(await copied('2026-11-21T10:00:00+07:00')).toEqual(['NOT_CHECKED_COPY']);
  expect(await copied('2026-11-23T10:00:00+07:00')).toEqual(['COMPONENT_COPY_WRONG']);
});

test('the table of papers and data is CSV that no spreadsheet takes for formulas', async () => {
  const form = await exampleForm();
  const [paper] = form.components;
  const components = [
    {
      ...paper!,
      title: '=1+1',
      replacedBy: { pointers: ['/name', '/born'], minAssurance: 'high' as const, scope: { en: 'Notice 1, "civil"' } },
    },
    { ...paper!, id: 'other', required: false },
  ];
  expect(replacementsCsv([{ id: 'notice', procedure: null, components }], 'en')).toBe(
    [
      'procedure,form,component,title,needed,data,assurance,scope',
      ',notice,paper,\'=1+1,required,/name /born,high,"Notice 1, ""civil"""',
      ',notice,other,The paper,optional,,,',
      '',
    ].join('\r\n'),
  );
});
