// Rows as a table: what the browser's accessibility tree has of header, rows and boxes; errors, removing and undoing; and the
// same boxes as cards on a phone. By keyboard alone: test/accessibility/keyboard.test.ts.

import { executeServerCommand } from '@web/test-runner-commands';
import { attemptSubmit, type Json } from '@onceform/core';
import { expect } from 'chai';
import type { OnceForm } from './once-form.ts';
import { axeFindings, button, control, mount, type, until } from './testing/open.ts';

interface AxNode {
  role: string;
  name?: string;
  children?: AxNode[];
}

const TWO = [
  { name: 'An', born: '2001-02-03', sex: 'f', id: '001201000001' },
  { name: 'Bình', born: '2005-06-07', sex: 'm', id: '001205000002' },
];
const COLUMNS = ['Full name', 'Date of birth', 'Sex', 'Personal number', 'Relation'];

let element: OnceForm, parent: HTMLElement;

async function open(width: number, members: Json): Promise<void> {
  parent = document.createElement('div');
  parent.style.inlineSize = `${width}px`;
  document.body.append(parent);
  element = await mount('household', { data: { members } }, parent);
  await until(() => rows().length === (members as readonly Json[]).length);
}
afterEach(() => parent.remove());

const list = (): HTMLElement => element.renderRoot.querySelector<HTMLElement>('[data-pointer="/members"]')!;
const rows = (): HTMLElement[] => [...list().querySelectorAll<HTMLElement>('.once-row')];
const members = (): readonly Json[] => (element.currentSession!.state.data as { members: readonly Json[] }).members;
const shown = (selector: string): boolean => list().querySelector(selector)!.checkVisibility();
const boxes = (): HTMLElement[] => [
  ...list().querySelectorAll<HTMLElement>('.once-row input:not([type=date]), .once-row select'),
];

/** Everything of some roles below a node, in order. */
function all({ children = [] }: AxNode, ...roles: string[]): AxNode[] {
  return children.flatMap(child => [...(roles.includes(child.role) ? [child] : []), ...all(child, ...roles)]);
}

const label = ({ name = '' }: AxNode): string => name.replace(/ \*$/, '');

describe('a list of narrow answers', () => {
  it('is a table with a header where there is room, as assistive technology is told: each box has the name of its column', async () => {
    await open(1200, TWO);
    expect(shown('.once-columns')).to.equal(true);
    const table = (await executeServerCommand('ax-node', { selector: '[role=table]' })) as AxNode;
    expect([table.role, table.name]).to.deep.equal(['table', 'Members']);
    const [header, ...lines] = all(table, 'row');
    const names = all(header!, 'columnheader').map(label);
    expect(names.map(name => name.replace(/ ?Day.*/, ''))).to.deep.equal(['No.', ...COLUMNS, 'Action']);
    expect(lines.map(line => line.name)).to.deep.equal(['1, Members', '2, Members']);
    for (const [no, line] of lines.entries()) {
      expect(all(line, 'rowheader').map(({ name }) => name)).to.deep.equal([String(no + 1)]);
      const cells = all(line, 'cell', 'gridcell');
      expect(cells.length).to.equal(COLUMNS.length + 1);
      for (const [column, name] of COLUMNS.entries()) {
        // Three boxes of a date are a group with the column's name.
        const told = all(cells[column]!, 'textbox', 'combobox', 'group').map(label);
        expect(told[0], `${name}, row ${no + 1}`).to.match(new RegExp(`^${name}`));
      }
    }
    expect(await axeFindings(element)).to.deep.equal([]);
  });

  it('has one box in each cell, below the name of its column, and the whole stays inside of its form', async () => {
    await open(1200, TWO);
    const middle = (target: Element): number => {
      const { left, right } = target.getBoundingClientRect();
      return (left + right) / 2;
    };
    const head = [...list().querySelectorAll('.once-columns > .once-cell')];
    for (const row of rows()) {
      const cells = [...row.querySelectorAll(':scope > .once-cell')];
      expect(cells.map(middle)).to.deep.equal(head.map(middle));
      expect(new Set(cells.map(cell => cell.getBoundingClientRect().top)).size).to.equal(1);
      for (const cell of cells) expect(cell.scrollWidth).to.be.at.most(cell.clientWidth);
    }
    expect(list().querySelector('.once-table')!.getBoundingClientRect().right).to.be.at.most(
      parent.getBoundingClientRect().right,
    );
  });

  it('is cards on a phone, with labels to be seen, the same boxes, and what was typed', async () => {
    await open(1200, TWO);
    type(control(element, '/members/0/name'), 'Ánh');
    const before = boxes();
    parent.style.inlineSize = '320px';
    await until(() => !shown('.once-columns'));
    expect(boxes()).to.deep.equal(before);
    expect(control(element, '/members/0/name').value).to.equal('Ánh');
    const box = (pointer: string): DOMRect => control(element, pointer).getBoundingClientRect();
    expect(box('/members/0/id').top).to.be.above(box('/members/0/name').bottom);
    const labels = [...rows()[0]!.querySelectorAll<HTMLElement>('.once-label')];
    expect(labels.map(({ offsetWidth }) => offsetWidth > 20)).to.deep.equal(COLUMNS.map(() => true));
    expect(await axeFindings(element)).to.deep.equal([]);
  });

  it('is added to, taken from and undone; the focus is where the eye is', async () => {
    await open(1200, TWO);
    button(element, 'Add').click();
    await until(() => rows().length === 3);
    expect(document.activeElement).to.equal(rows()[2]);
    [...rows()[0]!.querySelectorAll('button')].find(({ textContent }) => textContent.startsWith('Remove'))!.click();
    await until(() => rows().length === 2);
    expect(document.activeElement).to.equal(rows()[0]);
    expect(control(element, '/members/0/name').value).to.equal('Bình');
    button(element, 'Undo').click();
    await until(() => rows().length === 3);
    expect(members()[0]).to.deep.equal(TWO[0]);
  });

  it('says what is wrong in the cell, and the box is described by it', async () => {
    await open(1200, [{ name: 'An', id: '12' }]);
    element.currentSession!.dispatch(attemptSubmit());
    await until(() => rows()[0]!.querySelectorAll('.once-issue').length === 3);
    const id = control(element, '/members/0/id');
    expect(id.getAttribute('aria-invalid')).to.equal('true');
    expect(document.getElementById(id.getAttribute('aria-describedby')!.split(' ')[0]!)!.textContent).to.contain(
      'Personal number',
    );
    for (const cell of rows()[0]!.querySelectorAll('.once-cell'))
      expect(cell.scrollWidth).to.be.at.most(cell.clientWidth);
    expect(await axeFindings(element)).to.deep.equal([]);
  });
});
