import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject } from '@onceform/core';
import { expect, test, vi } from 'vitest';
import { copyInputOf, htmlAgain, htmlCopy, humanCopy, renderHtml, type HumanCopyInput } from './html.ts';
import { renderPdf } from './pdf.ts';
import { exampleDossier, exampleInput, receiver } from './testing/notice.ts';
import { textsOf } from './texts.ts';
import { verifyDossier } from './verify-dossier.ts';

// Fonts are made smaller for every PDF: seconds where the machine has others to serve.
vi.setConfig({ testTimeout: 120_000 });

const row = (pointer: string, label: string, text: string, within: string[] = []) => ({
  pointer,
  label,
  text,
  within,
  value: text,
});
const input: HumanCopyInput = {
  texts: textsOf(
    {
      sections: [
        {
          title: 'The child',
          rows: [
            row('/child/name', 'Name', 'NGUY\u1ec4N TH\u1eca \u1ef0'),
            row('/child/born', 'Date of birth', '18/02/2021'),
            row('/child/note', 'Remark', ''),
            row('/child/home/street', 'Street', '<b>1 & "2"</b>', ['Home']),
            row('/child/home/place', 'Place', 'P', ['Home']),
          ],
        },
      ],
    },
    { language: 'en', title: 'Notice' },
  ),
  data: {
    child: { name: 'Nguy\u1ec5n Th\u1ecb \u1ef0', born: '2021-02-18', home: { street: '<b>1 & "2"</b>', place: 'P' } },
  },
  origins: {
    '/child/name': {
      origin: 'auto',
      source: { id: 's', name: { en: 'Register' }, kind: 'authoritative' },
      lastUpdated: '2025-01-31',
    },
    '/child/born': { origin: 'manual' },
    '/child/home': { origin: 'manual' },
  },
  print: {
    title: { en: 'NOTICE OF BIRTH' },
    addressee: { en: 'To: the office' },
    commitment: { en: 'All this is true.' },
    lines: [
      { label: { en: 'Name' }, pointers: ['/child/name'] },
      { text: { en: 'About the home:' } },
      { label: { en: 'Home' }, pointers: ['/child/home'] },
      { label: { en: 'Remark' }, pointers: ['/child/note'] },
    ],
  },
  letterhead: ['THE COUNTRY', 'Its motto'],
  components: [{ title: { en: 'The paper' }, fulfilledBy: 'file' }],
  filed: {
    id: 'urn:uuid:01890000-0000-7000-8000-000000000001',
    created: '2026-11-22T15:00:00+07:00',
    reviewDigest: 'a'.repeat(64),
  },
};

test('the form has its lines in order, composite answers in one, and a line to write on where there is no answer', () => {
  const copy = humanCopy(input);
  expect(copy.blocks).toEqual([
    { kind: 'line', items: [{ label: 'Name', text: 'NGUY\u1ec4N TH\u1eca \u1ef0' }] },
    { kind: 'text', text: 'About the home:' },
    { kind: 'line', items: [{ label: 'Home', text: '<b>1 & "2"</b>, P' }] },
    { kind: 'line', items: [{ label: 'Remark', text: '' }] },
  ]);
  expect(copy.annex.rows[0]).toEqual([
    'Name',
    'NGUY\u1ec4N TH\u1eca \u1ef0',
    'from an official source: Register, updated 31/01/2025',
  ]);
  expect(copy.annex.rows[2]).toEqual(['Home – Street', '<b>1 & "2"</b>', 'stated by the citizen']);
  expect(copy.footer).toContain('15:00:00, 22/11/2026');
  expect(copy.watermark).toBe('');
});

test('an answer of several parts is printed as the whole that was read, where the texts have one', () => {
  const texts = { ...input.texts, wholes: { '/child/home': 'Street 1 in P', '/child/note': '' } };
  expect(humanCopy({ ...input, texts }).blocks.slice(2)).toEqual([
    { kind: 'line', items: [{ label: 'Home', text: 'Street 1 in P' }] },
    { kind: 'line', items: [{ label: 'Remark', text: '' }] },
  ]);
});

test('a dossier filed in another language prints the official one, addressed to who decides; an office may ask for what the paper leaves empty', async () => {
  const spoken = (language: string, answer: string) => ({
    language,
    title: language,
    sections: [{ title: language, rows: [row('/child/name', language, answer)] }],
    wholes: { '/child/home': `home in ${language}` },
  });
  const english = spoken('en', 'english');
  const texts = textsOf(
    { sections: english.sections },
    { language: 'en', title: 'en', addressee: 'Office No. 1', official: spoken('vi', 'official') },
  );
  const source = {
    manifest: {
      id: 'urn:uuid:1',
      created: '2026-11-22T15:00:00+07:00',
      reviewDigest: 'a'.repeat(64),
      language: 'en',
      components: [],
    },
    data: input.data,
    origins: input.origins,
    documents: {
      definition: {
        form: {
          print: {
            title: 'FORM',
            addressee: 'To: (1) {agency}',
            lines: [
              { label: 'Name', pointers: ['/child/name'] },
              { label: 'Home', pointers: ['/child/home'], unless: ['/child/name'] },
              {
                label: 'Lives',
                pointers: ['/child/home', '/child/none'],
                sentence: 'in {/child/home}, room {/child/none}',
              },
              { label: 'None', pointers: ['/child/none'], sentence: 'in {/child/none}' },
            ],
            signatures: [
              { title: 'Other', dateline: 'on {day}/{month}/{year}' },
              { title: 'Filer', dateline: 'on {day}/{month}/{year}' },
            ],
          },
        },
      },
    },
    texts,
  };
  const copy = humanCopy(copyInputOf(source));
  expect([copy.language, copy.addressee]).toEqual(['vi', 'To: (1) Office No. 1']);
  const linesOf = (of: typeof copy) => of.blocks.flatMap(block => (block.kind === 'line' ? block.items : []));
  expect(linesOf(copy).map(({ label, text }) => [label, text])).toEqual([
    ['Name', 'official'],
    ['Home', ''],
    ['Lives', 'in home in vi, room ……'],
    ['None', ''],
  ]);
  expect(copy.signatures.map(({ dateline }) => dateline)).toEqual(['on …/…/……', 'on 22/11/2026']);
  expect(copy.annex.rows[0]?.slice(0, 2)).toEqual(['vi', 'official']);
  expect(linesOf(humanCopy({ ...copyInputOf(source), printRetrieved: true }))[1]?.text).toBe('home in vi');
  // Nobody named: room to write, never an empty place.
  const { addressee: __, ...nobody } = source.texts;
  expect(humanCopy(copyInputOf({ ...source, texts: nobody })).addressee).toMatch(/^To: \(1\) \.{20,}$/);
  // What claims to be official and is not of the shape counts as no texts at all.
  const broken: JsonObject = { ...(source.texts as JsonObject), official: { language: 'vi' } };
  expect(humanCopy(copyInputOf({ ...source, texts: broken })).language).toBe('en');
});

test('a form without a layout of its own is printed by section, and a draft says that it is one', () => {
  const copy = humanCopy({ ...input, print: null, filed: null });
  expect(copy.blocks[0]).toEqual({ kind: 'heading', text: 'The child' });
  expect(copy.watermark).toBe('DRAFT – NOT FILED');
  expect(copy.code).toBeNull();
});

const official: HumanCopyInput = {
  ...input,
  texts: textsOf(
    {
      sections: [
        {
          title: 'All',
          rows: [
            row('/name', 'Name', 'Nguy\u1ec5n Th\u1ecb \u1ef0'),
            row('/id', 'Number', '025 188 001 010'),
            row('/copies', 'Copies', 'Yes'),
            row('/members/0/name', 'Name', 'Tr\u1ea7n V\u0103n A'),
            row('/members/1/name', 'Name', ''),
          ],
        },
      ],
    },
    { language: 'vi', title: 'Form' },
  ),
  data: {
    name: 'Nguy\u1ec5n Th\u1ecb \u1ef0',
    id: '025188001010',
    copies: true,
    members: [{ name: 'Tr\u1ea7n V\u0103n A' }, {}],
  },
  print: {
    formNumber: 'Form 1',
    title: 'FORM',
    lines: [
      {
        row: [
          { label: 'Name', pointers: ['/name'], as: 'capitals' },
          { label: 'Number', pointers: ['/id'], as: 'boxes', length: 12 },
        ],
      },
      { label: 'Other number', pointers: ['/other'], as: 'boxes', length: 12 },
      {
        label: 'Copies',
        pointers: ['/copies'],
        choices: [
          { value: true, text: 'Yes' },
          { value: false, text: 'No' },
        ],
      },
      { table: '/members', count: 'No.', columns: [{ label: 'Name', pointers: ['/name'], as: 'capitals' }] },
    ],
    dateline: 'Done at ……, {day}/{month}/{year}',
    signatures: [
      { title: 'Head of household', note: '(sign)' },
      { title: 'Declarant', pointers: ['/name'] },
    ],
    footnotes: ['(1) A note.'],
  },
};

test('official paper: capitals, boxes, ticks, a table, the day in words of the form, signatures side by side, notes', () => {
  const copy = humanCopy(official);
  expect(copy.blocks).toEqual([
    {
      kind: 'line',
      items: [
        { label: 'Name', text: 'NGUY\u1ec4N TH\u1eca \u1ef0' },
        { label: 'Number', text: '025 188 001 010', boxes: [...'025188001010'] },
      ],
    },
    { kind: 'line', items: [{ label: 'Other number', text: '', boxes: Array(12).fill('') }] },
    {
      kind: 'line',
      items: [
        {
          label: 'Copies',
          text: 'Yes',
          choices: [
            { text: 'Yes', chosen: true },
            { text: 'No', chosen: false },
          ],
        },
      ],
    },
    {
      kind: 'table',
      columns: ['No.', 'Name'],
      rows: [
        ['1', 'TR\u1ea6N V\u0102N A'],
        ['2', ''],
      ],
    },
  ]);
  expect(copy.dateline).toBe('Done at ……, 22/11/2026');
  expect(humanCopy({ ...official, filed: null }).dateline).toBe('Done at ……, …/…/……');
  expect(copy.signatures).toEqual([
    { dateline: '', title: 'Head of household', note: '(sign)', name: '' },
    { dateline: '', title: 'Declarant', note: '', name: 'Nguy\u1ec5n Th\u1ecb \u1ef0' },
  ]);
  expect(copy.footnotes).toEqual(['(1) A note.']);
});

test('official paper as a page: a box for each digit, one tick crossed, and the lists well formed', async () => {
  const html = await renderHtml(humanCopy(official));
  expect(html.match(/<dd class="boxes">(?:<span>\d<\/span>){12}<\/dd>/g)).toHaveLength(1);
  expect(html.match(/<dd class="boxes">(?:<span>&#160;<\/span>){12}<\/dd>/g)).toHaveLength(1);
  expect(html).toContain('<span>☒ Yes</span><span>☐ No</span>');
  expect(html).toContain('<th scope="row">2</th><td></td>');
  expect(html.match(/<dl>/g)).toHaveLength(html.match(/<\/dl>/g)!.length);
});

test('the page escapes what people typed, loads nothing, and is the same every time', async () => {
  const html = await renderHtml(humanCopy(input));
  expect(html).toBe(await renderHtml(humanCopy(input)));
  expect(html).toContain('&#60;b&#62;1 &#38; &#34;2&#34;&#60;/b&#62;');
  expect(html).toContain('<html lang="en">');
  expect(html).toMatch(/default-src &#39;none&#39;; style-src &#39;sha256-/);
  expect(html).not.toMatch(/<script|\bsrc=|\bhref=|\bstyle=|url\(/);
  expect(html.match(/<dl>/g)).toHaveLength(html.match(/<\/dl>/g)!.length);
});

const require = createRequire(import.meta.url);
const font = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(require.resolve(`@expo-google-fonts/tinos/${path}`)));
const profile = new Uint8Array(
  await readFile(join(dirname(require.resolve('pdfkit')), 'data', 'sRGB_IEC61966_2_1.icc')),
);
const fonts = {
  regular: await font('400Regular/Tinos_400Regular.ttf'),
  bold: await font('700Bold/Tinos_700Bold.ttf'),
  italic: await font('400Regular_Italic/Tinos_400Regular_Italic.ttf'),
};
const created = new Date('2026-11-22T08:00:00Z');
const poppler = await promisify(execFile)('pdftotext', ['-v']).then(
  () => true,
  () => false,
);

test('the PDF is the same bytes every time, carries its language, and claims a PDF/A level only with a colour profile, of what was filed', async () => {
  const one = await renderPdf(humanCopy(input), fonts, created);
  const two = await renderPdf(humanCopy(input), fonts, created);
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true);
  const text = Buffer.from(one).toString('latin1');
  expect(text.startsWith('%PDF-1.7')).toBe(true);
  expect(text).toContain('/Lang (en)');
  expect(text).not.toContain('pdfaid');
  // The text layer maps glyphs back to letters: capital E with circumflex and tilde is one of them.
  expect(text.toLowerCase()).toContain('<1ec4>');
  expect((await renderPdf(humanCopy({ ...input, letterhead: [] }), fonts, created)).length).not.toBe(one.length);
  const archived = { ...fonts, profile };
  const claims = async (copy: HumanCopyInput): Promise<boolean> =>
    Buffer.from(await renderPdf(humanCopy(copy), archived, created)).includes('<pdfaid:part>1</pdfaid:part>');
  expect([await claims(input), await claims({ ...input, filed: null })]).toEqual([true, false]);
});

test('official paper as a PDF: the same bytes every time, and a signature block that no page breaks', async () => {
  const one = await renderPdf(humanCopy(official), fonts, created);
  expect(Buffer.from(await renderPdf(humanCopy(official), fonts, created)).equals(Buffer.from(one))).toBe(true);
  const many = Array.from({ length: 60 }, () => official.print!.lines).flat();
  const long = humanCopy({ ...official, print: { ...official.print!, lines: many } });
  const pages = Buffer.from(await renderPdf(long, fonts, created))
    .toString('latin1')
    .match(/\/Type \/Page\b/g)!.length;
  expect(pages).toBeGreaterThan(8);
  expect(pages).toBeLessThan(25);
});

test('a long form runs over pages, numbered from the second on', async () => {
  const rows = Array.from({ length: 120 }, (_, i) => row(`/a/${i}`, `Question ${i}`, `${'Answer '.repeat(8)}${i}`));
  const long = humanCopy({
    ...input,
    print: null,
    texts: textsOf({ sections: [{ title: 'Many', rows }] }, { language: 'en', title: 'Long' }),
  });
  const pdf = Buffer.from(await renderPdf(long, fonts, created)).toString('latin1');
  const pages = pdf.match(/\/Type \/Page\b/g)!.length;
  expect(pages).toBeGreaterThan(6);
  expect(pages).toBeLessThan(20);
});

(poppler ? test : test.skip)(
  `Vietnamese capitals can be copied out of the PDF${poppler ? '' : ' (skipped: pdftotext is not installed)'}`,
  async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'onceform-pdf-')), 'copy.pdf');
    await writeFile(file, await renderPdf(humanCopy(input), fonts, created));
    const { stdout } = await promisify(execFile)('pdftotext', [file, '-']);
    expect(stdout.normalize('NFC')).toContain('NGUY\u1ec4N TH\u1eca \u1ef0');
  },
);

test('a copy in a package is made again by the verifier, and one that shows something else is refused (T3)', async () => {
  const texts = textsOf(
    { sections: [{ title: 'All', rows: [row('/name', 'Name', 'Official Name')] }] },
    { language: 'en', title: 'Notice', letterhead: ['THE COUNTRY'] },
  );
  const judged = async (humanCopy: typeof htmlCopy) => {
    const { blob } = await exampleDossier({ texts, humanCopy });
    return (await verifyDossier(blob, await receiver({ renderAgain: htmlAgain }))).findings
      .filter(({ code }) => code.includes('HUMAN') || code.includes('TEXTS'))
      .map(({ code }) => code);
  };
  const forged: typeof htmlCopy = async about => {
    const copy = await htmlCopy(about);
    return { ...copy, content: new Blob([(await copy.content.text()).replace('Official Name', 'Forged Name')]) };
  };
  const older: typeof htmlCopy = async about => ({ ...(await forged(about)), path: 'data/form-html-1.html' });
  expect(await judged(htmlCopy)).toEqual(['HUMAN_COPY_MATCH', 'NOT_CHECKED_TEXTS']);
  expect(await judged(forged)).toEqual(['HUMAN_COPY_MISMATCH', 'NOT_CHECKED_TEXTS']);
  // Another version of the renderer may lay out otherwise: that is no forgery, and it is said that nobody looked.
  expect(await judged(older)).toEqual(['NOT_CHECKED_HUMAN_COPY', 'NOT_CHECKED_TEXTS']);
  const { findings } = await verifyDossier((await exampleDossier({ texts, humanCopy: htmlCopy })).blob);
  expect(findings.map(({ code }) => code)).toContain('NOT_CHECKED_HUMAN_COPY');
});

test('a package without texts is printed with the titles of its definition', async () => {
  const { manifest } = await exampleDossier();
  const { submission } = await exampleInput();
  const definition = {
    title: 'Notice',
    properties: {
      name: { title: 'Full name' },
      children: { title: 'Children', items: { properties: { name: { title: 'First name' } } } },
    },
  };
  const { blocks } = humanCopy(
    copyInputOf({
      manifest,
      data: submission.data,
      origins: submission.origins,
      documents: { definition },
      texts: undefined,
    }),
  );
  expect(blocks).toContainEqual({ kind: 'line', items: [{ label: 'Full name', text: 'Official Name' }] });
  expect(blocks).toContainEqual({ kind: 'line', items: [{ label: 'Children – 0 – First name', text: 'A' }] });
});
