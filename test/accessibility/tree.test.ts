// What the browser itself tells assistive technology: name, description, required and error of every control there is, read
// from Chromium's accessibility tree, in the page and in the shadow.

import type { CDPSession, ElementHandle, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGallery, type Gallery } from './gallery-page.ts';

interface Told {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly invalid: boolean;
}

/** A control as it stands in the document, beside what is told of it and of the group around it. */
interface Seen {
  readonly pointer: string;
  readonly tag: string;
  readonly type: string;
  /** Text of its own label. */
  readonly label: string;
  /** `required` in the document. */
  readonly required: boolean;
  /** Title of the group it is part of, for one of several controls of an answer. */
  readonly legend: string;
  /** Sentences under the label of its field. */
  readonly issues: string;
  readonly told: Told;
  readonly group: Told | null;
}

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
}, 60_000);
afterAll(async () => {
  await gallery?.close();
});

async function told(client: CDPSession, element: ElementHandle): Promise<Told> {
  const { nodes } = await client.send('Accessibility.getPartialAXTree', {
    backendNodeId: await element.backendNodeId(),
    fetchRelatives: false,
  });
  const node = nodes[0]!;
  const property = (name: string): unknown => node.properties?.find(entry => entry.name === name)?.value.value;
  return {
    role: String(node.role?.value),
    name: String(node.name?.value ?? ''),
    description: String(node.description?.value ?? ''),
    required: property('required') === true,
    invalid: property('invalid') === 'true',
  };
}

async function look(page: Page): Promise<readonly Seen[]> {
  // What is out of sight is not computed: everything is in sight.
  await page.setViewport({ width: 800, height: 12_000 });
  await new Promise(done => setTimeout(done, 500));
  const client = await page.createCDPSession();
  const seen: Seen[] = [];
  const handles = await page.evaluateHandle(() => {
    const form = document.querySelector('once-form')!;
    return [
      ...(form.shadowRoot ?? form).querySelectorAll('input, select, textarea, output, .once-button, .once-link'),
    ].filter(
      control =>
        control.localName !== 'label'
        // A second way to attach, beside the box that says it all.
        && control.closest('.once-camera') === null
        && control.checkVisibility()
        && control.closest('[aria-hidden="true"]') === null
        && control.closest('.once-main') !== null,
    );
  });
  for (const handle of (await handles.getProperties()).values()) {
    const control = handle.asElement() as ElementHandle<Element> | null;
    if (control === null) continue;
    const about = await control.evaluate(element => {
      const words = (node: Element | null | undefined): string => (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
      const field = element.closest('[data-pointer]');
      const grouped = field?.tagName === 'FIELDSET' && /once-(field|choice)/.test(field.className);
      return {
        pointer: field?.getAttribute('data-pointer') ?? '',
        tag: element.localName,
        type: element.getAttribute('type') ?? '',
        label: words((element as HTMLInputElement).labels?.[0] ?? (element.localName === 'button' ? element : null)),
        required: element.matches(':required'),
        legend: grouped ? words(field.querySelector('legend')) : '',
        issues: words(field?.querySelector(':scope > .once-issues')),
      };
    });
    const group = about.legend === '' ? null : await control.evaluateHandle(element => element.closest('fieldset')!);
    seen.push({
      ...about,
      told: await told(client, control),
      group: group === null ? null : await told(client, group.asElement() as ElementHandle),
    });
  }
  return seen;
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/ \*$/, '').trim();

for (const tree of ['page', 'shadow']) {
  describe(`every control, drawn in the ${tree}`, () => {
    let seen: readonly Seen[];
    let filled: readonly Seen[];
    beforeAll(async () => {
      const shadow = tree === 'shadow' ? { shadow: '' } : {};
      const wrong = await gallery.open({ form: 'every-control', state: 'error', locale: 'en', ...shadow });
      seen = await look(wrong);
      await wrong.close();
      const full = await gallery.open({ form: 'every-control', state: 'filled', locale: 'en', ...shadow });
      filled = await look(full);
      await full.close();
    }, 120_000);

    it('is there: fields of every kind, rows, a table, a tuple, a map, a tree, a choice', () => {
      const pointers = new Set([...seen, ...filled].map(({ pointer }) => pointer));
      for (const wanted of [
        ...[
          '/text',
          '/long',
          '/number',
          '/integer',
          '/money',
          '/phone',
          '/personalId',
          '/date',
          '/partialDate',
          '/time',
        ],
        ...['/yesno', '/box', '/radios', '/select', '/search', '/checks', '/file', '/double', '/fixed'],
        ...['/address/provinceCode', '/address/communeCode', '/rows', '/rows/0/name', '/table', '/table/0/code'],
        ...['/pair/0', '/pair/1', '/map', '/tree/name', '/choice'],
      ])
        expect([...pointers], wanted).toContain(wanted);
    });

    it('has a name, and it is what stands beside it', () => {
      for (const { pointer, tag, label, told } of [...seen, ...filled]) {
        expect(told.name, `${pointer} ${tag} ${label}`).not.toBe('');
        if (label !== '') expect(plain(told.name), `${pointer} ${tag}`).toContain(plain(label));
      }
    });

    it('is read together with the question it is part of', () => {
      const grouped = [...seen, ...filled].filter(({ group }) => group !== null);
      expect(grouped.length).toBeGreaterThan(20);
      for (const { pointer, legend, group } of grouped) {
        expect(group!.role, pointer).toBe('group');
        expect(plain(group!.name), pointer).toBe(plain(legend));
      }
    });

    it('says what is wrong with it, in the words that stand there', () => {
      const wrong = seen.filter(
        ({ issues, tag, told }) => issues !== '' && tag !== 'button' && told.role !== 'StaticText',
      );
      expect(wrong.length).toBeGreaterThan(25);
      for (const { pointer, issues, told, group, type } of wrong) {
        const said = plain(`${told.description} ${group?.description ?? ''}`);
        expect(said, `${pointer} ${type}`).toContain(plain(issues));
        if (told.role !== 'group') expect(told.invalid, `${pointer} ${type} is marked`).toBe(true);
      }
    });

    it('says that it is required', () => {
      // Chromium's tree has this for boxes of text; for the others the attribute has to do.
      const SILENT = ['time', 'checkbox', 'file'];
      const wanted = seen.filter(({ issues, tag }) => issues !== '' && tag !== 'button');
      expect(wanted.length).toBeGreaterThan(20);
      for (const { pointer, tag, told, group, type, required } of wanted) {
        const said =
          told.required
          || /\(required\)/.test(group?.name ?? '')
          || ((tag === 'select' || SILENT.includes(type)) && required);
        expect(said, `${pointer} ${type}`).toBe(true);
      }
    });
  });
}
