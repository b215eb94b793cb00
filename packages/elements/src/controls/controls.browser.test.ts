// One suite, run on every control: name, description, required and error as the browser's accessibility tree has
// them; typing, setting, clearing; read-only; focus from the error summary.

import { executeServerCommand, sendKeys } from '@web/test-runner-commands';
import { attemptSubmit, type Json } from '@onceform/core';
import { expect } from 'chai';
import type { OnceForm } from '../once-form.ts';
import { axeFindings, button, control, mount, type, until } from '../testing/open.ts';

interface AxNode {
  role: string;
  name?: string;
  description?: string;
  required?: boolean;
  invalid?: string;
  readonly?: boolean;
  value?: string;
  children?: AxNode[];
}

let element: OnceForm;
afterEach(() => element.remove());

const field = (pointer: string): HTMLElement =>
  element.renderRoot.querySelector<HTMLElement>(`[data-pointer="${pointer}"]`)!;
const value = (pointer: string): Json | undefined =>
  (element.currentSession!.state.data as Record<string, Json>)[pointer.slice(1)];
const click = (pointer: string, label: string): void =>
  [...field(pointer).querySelectorAll('label')].find(item => item.textContent.trim().startsWith(label))!.click();
const key = (target: HTMLElement, name: string): boolean =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));

async function tree(selector: string): Promise<AxNode> {
  return await executeServerCommand('ax-node', { selector });
}

/** How each control is filled in, and with what result; `group`: its name and description are those of a fieldset. */
const controls: readonly {
  pointer: string;
  title: string;
  hint: string;
  group?: true;
  fill: () => void | Promise<void>;
  holds: Json;
  clear?: () => void;
}[] = [
  {
    pointer: '/text',
    title: 'Text',
    hint: 'A line of text',
    fill: () => type(control(element, '/text'), 'Hello'),
    holds: 'Hello',
    clear: () => type(control(element, '/text'), ''),
  },
  {
    pointer: '/long',
    title: 'Long text',
    hint: 'Several lines',
    fill: () => type(control(element, '/long'), 'One\ntwo'),
    holds: 'One\ntwo',
    clear: () => type(control(element, '/long'), ''),
  },
  {
    pointer: '/number',
    title: 'Number',
    hint: 'With decimals',
    fill: () => type(control(element, '/number'), '12.5'),
    holds: 12.5,
    clear: () => type(control(element, '/number'), ''),
  },
  {
    pointer: '/integer',
    title: 'Whole number',
    hint: 'No decimals',
    fill: () => type(control(element, '/integer'), '7'),
    holds: 7,
    clear: () => type(control(element, '/integer'), ''),
  },
  {
    pointer: '/money',
    title: 'Money',
    hint: 'In dong',
    fill: () => type(control(element, '/money'), '1,250,000'),
    holds: 1_250_000,
  },
  {
    pointer: '/email',
    title: 'E-mail',
    hint: 'Where we write to',
    fill: () => type(control(element, '/email'), 'an@example.org'),
    holds: 'an@example.org',
  },
  {
    pointer: '/phone',
    title: 'Phone',
    hint: 'Ten digits',
    fill: () => type(control(element, '/phone'), '0912345678'),
    holds: '0912345678',
  },
  {
    pointer: '/date',
    title: 'Date',
    hint: 'Day, month, year',
    group: true,
    holds: '2021-02-18',
    fill: () =>
      ['day', 'month', 'year'].forEach((part, i) =>
        type(control(element, '/date', `[data-part=${part}]`), ['18', '2', '2021'][i]!),
      ),
    clear: () => ['day', 'month', 'year'].forEach(part => type(control(element, '/date', `[data-part=${part}]`), '')),
  },
  {
    pointer: '/time',
    title: 'Time',
    hint: 'Hour and minute',
    fill: () => type(control(element, '/time'), '14:30'),
    holds: '14:30',
  },
  {
    pointer: '/yesno',
    title: 'Yes or no',
    hint: 'A question',
    group: true,
    fill: () => click('/yesno', 'No'),
    holds: false,
  },
  { pointer: '/box', title: 'One box', hint: 'A wish', fill: () => click('/box', 'One box'), holds: true },
  {
    pointer: '/radios',
    title: 'Radios',
    hint: 'One of few',
    group: true,
    fill: () => click('/radios', 'Banana'),
    holds: 'b',
  },
  {
    pointer: '/select',
    title: 'Select',
    hint: 'One of ten',
    holds: 3,
    fill: () => {
      const select = control<HTMLSelectElement>(element, '/select', 'select');
      select.selectedIndex = 3;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    },
    clear: () => {
      const select = control<HTMLSelectElement>(element, '/select', 'select');
      select.selectedIndex = 0;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    },
  },
  {
    pointer: '/search',
    title: 'Search',
    hint: 'One of many',
    holds: 'hue',
    fill: () => {
      const box = control(element, '/search');
      box.focus();
      box.value = 'hue';
      box.dispatchEvent(new InputEvent('input', { bubbles: true }));
      key(box, 'Enter');
    },
    clear: () => type(control(element, '/search'), ''),
  },
  {
    pointer: '/checks',
    title: 'Checkboxes',
    hint: 'Several of few',
    group: true,
    fill: () => click('/checks', 'Yttrium'),
    holds: ['y'],
    clear: () => click('/checks', 'Yttrium'),
  },
];

describe('every control', () => {
  for (const { pointer, title, hint, group, fill, holds, clear } of controls) {
    it(`${title}: is named, described and required in the accessibility tree, and its error is part of the description`, async () => {
      element = await mount('all-controls');
      element.currentSession!.dispatch(attemptSubmit());
      await element.updateComplete;
      const target = group ? field(pointer) : control<HTMLElement>(element, pointer);
      target.id ||= 'under-test';
      const ax = await tree(`#${CSS.escape(target.id)}`);
      expect(ax.name, 'name').to.contain(title);
      expect(ax.description, 'description').to.contain(hint);
      expect(ax.description, 'error').to.match(/Please|must|needed|least/);
      if (group) expect(ax.name).to.contain('(required)');
      else expect(target.matches(':required'), 'required').to.equal(true);
      for (const input of field(pointer).querySelectorAll('input:not([tabindex="-1"]), select, textarea'))
        expect(input.getAttribute('aria-invalid')).to.equal('true');
    });

    it(`${title}: takes an answer${clear ? ' and gives it back' : ''}, and loses its error`, async () => {
      element = await mount('all-controls');
      element.currentSession!.dispatch(attemptSubmit());
      await fill();
      expect(value(pointer)).to.deep.equal(holds);
      await until(() => !field(pointer).hasAttribute('data-invalid'));
      if (clear === undefined) return;
      clear();
      expect(value(pointer)).to.equal(undefined);
    });

    it(`${title}: takes the focus when the error summary names it`, async () => {
      element = await mount('all-controls');
      element.currentSession!.dispatch(attemptSubmit());
      (element as unknown as { face: { show(at: string): void } }).face.show(pointer);
      await until(() => field(pointer).contains(document.activeElement));
      expect(document.activeElement!.matches('input, select, textarea')).to.equal(true);
    });
  }

  it('leaves a text alone while an input method composes, and takes it when it is done', async () => {
    element = await mount('all-controls');
    const box = control(element, '/text');
    box.focus();
    box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    box.value = 'Nguye';
    box.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
    expect(value('/text')).to.equal(undefined);
    element.currentSession!.dispatch({ changes: { set: '/text', value: 'another' } });
    expect(box.value, 'not overwritten').to.equal('Nguye');
    box.value = 'Nguyễn';
    box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
    expect(value('/text')).to.equal('Nguyễn');
  });

  it('finds an entry without diacritics, by keyboard alone, and says how many there are', async () => {
    element = await mount('all-controls');
    const box = control(element, '/search');
    box.focus();
    key(box, 'ArrowDown');
    await until(() => box.getAttribute('aria-expanded') === 'true');
    box.value = 'da n';
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    const active = document.getElementById(box.getAttribute('aria-activedescendant')!)!;
    expect(active.textContent).to.equal('Đà Nẵng');
    expect(active.getAttribute('role')).to.equal('option');
    key(box, 'Escape');
    expect(box.getAttribute('aria-expanded')).to.equal('false');
    expect(value('/search')).to.equal(undefined);
    key(box, 'ArrowUp');
    key(box, 'ArrowUp');
    key(box, 'Enter');
    expect(value('/search')).to.equal('bentre');
  });

  it('keeps a date that is not finished as it was typed', async () => {
    element = await mount('all-controls');
    type(control(element, '/date', '[data-part=day]'), '31');
    type(control(element, '/date', '[data-part=month]'), '2');
    expect(value('/date')).to.equal(undefined);
    type(control(element, '/date', '[data-part=year]'), '2021');
    expect(value('/date')).to.equal(undefined);
    expect(['day', 'month', 'year'].map(part => control(element, '/date', `[data-part=${part}]`).value)).to.deep.equal([
      '31',
      '2',
      '2021',
    ]);
  });

  it('a month is two boxes, and half of one is kept as it was typed', async () => {
    element = await mount('all-controls');
    expect(field('/month').querySelectorAll('input')).to.have.length(2);
    type(control(element, '/month', '[data-part=year]'), '2021');
    expect(value('/month'), 'a year is no month').to.equal('2021');
    type(control(element, '/month', '[data-part=month]'), '2');
    expect(value('/month')).to.equal('2021-02');
    type(control(element, '/month', '[data-part=year]'), '');
    expect(['month', 'year'].map(part => control(element, '/month', `[data-part=${part}]`).value)).to.deep.equal([
      '2',
      '',
    ]);
    type(control(element, '/month', '[data-part=month]'), '');
    expect(value('/month')).to.equal(undefined);
  });

  it('adds rows, numbers them, moves the focus into the new one, and removes them', async () => {
    element = await mount('all-controls');
    const list = field('/rows');
    const press = (label: string): void =>
      [...list.querySelectorAll('button')].find(item => item.textContent.trim().startsWith(label))!.click();
    press('Add');
    await until(() => list.querySelectorAll('.once-row').length === 1);
    expect(document.activeElement).to.equal(list.querySelector('.once-row'));
    press('Add');
    type(control(element, '/rows/0/to'), 'Huế');
    type(control(element, '/rows/1/to'), 'Vinh');
    press('Remove');
    expect(value('/rows')).to.deep.equal([{ to: 'Vinh' }]);
    expect(control(element, '/rows/0/to').value).to.equal('Vinh');
  });

  it('gives a removed row back where it was, also after something else was typed', async () => {
    element = await mount('all-controls', { data: { rows: [{ to: 'Huế' }, { to: 'Vinh' }] } });
    const list = field('/rows');
    const press = (label: string): void =>
      [...list.querySelectorAll('button')].find(item => item.textContent.trim().startsWith(label))!.click();
    press('Remove');
    expect(list.querySelector('.once-list-undo')!.getAttribute('role')).to.equal('status');
    expect(list.textContent).to.contain('Row 1 was removed.');
    press('Undo');
    expect(value('/rows')).to.deep.equal([{ to: 'Huế' }, { to: 'Vinh' }]);
    expect(document.activeElement, 'the row that came back').to.equal(list.querySelector('.once-row'));
    expect(list.querySelector('.once-list-undo')).to.equal(null);
    press('Remove');
    type(control(element, '/rows/0/to'), 'Sa Pa');
    press('Undo');
    expect(value('/rows')).to.deep.equal([{ to: 'Huế' }, { to: 'Sa Pa' }]);
  });

  it('says how many rows there may be before there are too many', async () => {
    element = await mount('library-card');
    element.desk!.journey!.goTo('page:wishes');
    await until(() => element.querySelector('[data-pointer="/wishes/books"]') !== null);
    const list = field('/wishes/books');
    expect(list.textContent).to.contain('At most 3 rows.');
    for (let i = 0; i < 3; i++) button(element, 'Add: Book').click();
    expect(button(element, 'Add: Book').hidden).to.equal(true);
  });

  it('stands as a table where there is room, and as cards on a phone, with the same boxes', async () => {
    const parent = document.createElement('div');
    document.body.append(parent);
    element = await mount('all-controls', { data: { rows: [{ to: 'Huế', days: 2 }, { to: 'Vinh' }] } }, parent);
    const boxes = (): HTMLElement[] => [...field('/rows').querySelectorAll<HTMLElement>('input')];
    const before = boxes();
    const place = (): readonly [DOMRect, DOMRect] => [
      before[0]!.getBoundingClientRect(),
      before[1]!.getBoundingClientRect(),
    ];
    parent.style.inlineSize = '900px';
    await until(() => place()[1].left > place()[0].right);
    expect(place()[0].top).to.equal(place()[1].top);
    expect(getComputedStyle(field('/rows').querySelector('.once-columns')!).display).to.equal('flex');
    expect(await axeFindings(element)).to.deep.equal([]);
    parent.style.inlineSize = '320px';
    await until(() => place()[1].top > place()[0].bottom);
    expect(getComputedStyle(field('/rows').querySelector('.once-columns')!).display).to.equal('none');
    expect(boxes()).to.deep.equal(before);
    parent.remove();
  });

  it('names and fills members of a map, members of a tuple, and a tree that grows on demand', async () => {
    element = await mount('all-controls');
    const name = field('/map').querySelector('input')!;
    name.value = 'colour';
    key(name, 'Enter');
    type(control(element, '/map/colour'), 'red');
    expect(value('/map')).to.deep.equal({ colour: 'red' });
    type(control(element, '/pair/0'), 'one');
    type(control(element, '/pair/1'), '2');
    expect(value('/pair')).to.deep.equal(['one', 2]);
    type(control(element, '/tree/name'), 'root');
    const grow = [...element.renderRoot.querySelectorAll('button')].find(item => item.textContent.includes('Left'))!;
    grow.click();
    type(control(element, '/tree/left/name'), 'leaf');
    expect(value('/tree')).to.deep.equal({ name: 'root', left: { name: 'leaf' } });
  });

  it('shows computed and fixed values without letting anybody type them, and never disables', async () => {
    element = await mount('all-controls');
    type(control(element, '/integer'), '21');
    expect(field('/double').querySelector('output')!.textContent.trim()).to.equal('42');
    const fixed = control(element, '/fixed');
    expect(fixed.readOnly).to.equal(true);
    expect(fixed.value).to.equal('A fixed text');
    expect(element.renderRoot.querySelectorAll('[disabled]').length).to.equal(0);
  });

  it('offers the members of the chosen branch only', async () => {
    element = await mount('all-controls');
    const choice = field('/choice');
    [...choice.querySelectorAll('label')].find(item => item.textContent === 'By post')!.click();
    type(control(element, '/choice/street'), 'Lê Lợi');
    expect(value('/choice')).to.deep.equal({ way: 'post', street: 'Lê Lợi' });
    [...choice.querySelectorAll('label')].find(item => item.textContent === 'At the desk')!.click();
    expect(element.renderRoot.querySelector('[data-pointer="/choice/street"]')).to.equal(null);
    expect(value('/choice')).to.deep.equal({ way: 'desk' });
  });

  it('has targets of 24 px and more', async () => {
    element = await mount('all-controls');
    const small = [
      ...element.renderRoot.querySelectorAll<HTMLElement>(
        'button, input:not([tabindex="-1"]), select, textarea, summary',
      ),
    ]
      .map(target => target.closest<HTMLElement>('label.once-camera') ?? target)
      .map(target => ({ target: target.outerHTML.slice(0, 80), box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
      .map(({ target }) => target);
    expect(small).to.deep.equal([]);
  });

  it('has nothing that axe objects to, empty, with errors, and in Vietnamese', async () => {
    element = await mount('all-controls');
    expect(await axeFindings(element), 'empty').to.deep.equal([]);
    element.currentSession!.dispatch(attemptSubmit());
    expect(await axeFindings(element), 'errors').to.deep.equal([]);
    element.locale = 'vi';
    await element.updateComplete;
    expect(await axeFindings(element), 'vi').to.deep.equal([]);
  });
});

describe('the calendar of a date', () => {
  const boxes = (): string[] =>
    ['day', 'month', 'year'].map(part => control(element, '/date', `[data-part=${part}]`).value);

  it("is the browser's own, opened and used by keys alone; it fills the boxes, and the focus is at its button", async () => {
    element = await mount('all-controls');
    ['18', '02', '2021'].forEach((text, i) =>
      type(control(element, '/date', `[data-part=${['day', 'month', 'year'][i]}]`), text),
    );
    const opener = field('/date').querySelector<HTMLButtonElement>('.once-calendar button')!;
    expect(field('/date').querySelector('input[type=date]'), 'is made when it is asked for').to.equal(null);
    control(element, '/date', '[data-part=year]').focus();
    await sendKeys({ press: 'Tab' });
    expect(document.activeElement).to.equal(opener);
    await sendKeys({ press: 'Enter' });
    await until(() => field('/date').querySelector<HTMLInputElement>('input[type=date]')?.value === '2021-02-18');
    expect(value('/date'), 'nothing is chosen yet').to.equal('2021-02-18');
    // It takes keys a moment after it was asked for; a key too early opens it again.
    for (let round = 0; round < 40 && value('/date') === '2021-02-18'; round++) {
      await new Promise(done => setTimeout(done, 50));
      await sendKeys({ press: 'ArrowRight' });
      await sendKeys({ press: 'Enter' });
    }
    expect(value('/date')).to.match(/^2021-02-(19|2\d)$/);
    expect(boxes()).to.deep.equal([(value('/date') as string).slice(8), '02', '2021']);
    expect(document.activeElement).to.equal(opener);
    expect(element.querySelectorAll('input[type=date]'), 'of all dates, one calendar was made').to.have.length(1);
  });
});
