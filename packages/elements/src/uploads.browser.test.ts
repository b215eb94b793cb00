// A file on its way that the citizen takes away again: it is sent no further, nothing of it stays, the citizen is told and
// stands where they can go on; and a network that breaks afterwards loses nothing of the next file.

import { OnceFormError } from '@onceform/core';
import { expect } from 'chai';
import { createFakePortal } from '../gallery/portal.ts';
import { openDraftStore, type DraftStore } from './draft-store.ts';
import type { OnceForm } from './once-form.ts';
import type { Portal } from './portal.ts';
import { axeFindings, button, control, mount, until } from './testing/open.ts';

type Sending = Parameters<NonNullable<Portal['upload']>>[1] & {
  readonly text: Promise<string>;
  readonly arrive: () => void;
  readonly fail: (error: unknown) => void;
};

let element: OnceForm;
let sendings: Sending[];
let store: DraftStore | undefined;
beforeEach(() => {
  sessionStorage.clear();
  sendings = [];
});
afterEach(async () => {
  element.remove();
  await store?.clear();
  store = undefined;
});

/** A portal that takes files as far as a test lets it. */
const portal = (): Portal =>
  createFakePortal({
    upload: (file, options) =>
      new Promise<void>((arrive, fail) => {
        sendings.push({ ...options, text: file.text(), arrive, fail });
        options.signal!.addEventListener('abort', () => fail(options.signal!.reason));
      }),
  });

const field = (): HTMLElement => element.renderRoot.querySelector<HTMLElement>('[data-pointer="/file"]')!;
const items = (): string[] => [...field().querySelectorAll('.once-file-name')].map(({ textContent }) => textContent);
const answer = (pointer = '/file'): { sha256: string } | undefined =>
  (element.currentSession!.state.data as Record<string, { sha256: string }>)[pointer.slice(1)];

function choose(name: string, pointer = '/file', content = name): void {
  const transfer = new DataTransfer();
  transfer.items.add(new File([content], name, { type: 'image/png' }));
  const box = control(element, pointer, 'input[type=file]');
  box.files = transfer.files;
  box.dispatchEvent(new Event('change', { bubbles: true }));
}

async function chooseAndSend(name: string): Promise<Sending> {
  const before = sendings.length;
  choose(name);
  await until(() => sendings.length > before && items().includes(name));
  return sendings.at(-1)!;
}

describe('a file that is taken away while it is sent', () => {
  it('is sent no further, is let go, and the citizen hears of it at the control', async () => {
    element = await mount('all-controls', { client: portal() });
    const sending = await chooseAndSend('one.png');
    sending.onUrl!('/uploads/1');
    sending.onProgress!(3);
    await until(() => field().querySelector('progress') !== null);
    const { files } = element.desk!.journey!;
    const digest = answer()!.sha256;
    const url = files.url(digest)!;
    expect(Object.keys(files.kept)).to.deep.equal([digest]);

    button(element, 'Remove').click();
    await until(() => items().length === 0);
    expect(sending.signal!.aborted).to.equal(true);
    expect(sending.signal!.reason, 'what has arrived is deleted').to.not.equal('keep');
    expect(answer()).to.equal(undefined);
    expect(await files.get(digest)).to.equal(undefined);
    expect(files.url(digest)).to.equal(undefined);
    expect(files.kept).to.deep.equal({});
    expect(
      await fetch(url).then(
        () => 'there',
        () => 'gone',
      ),
    ).to.equal('gone');
    expect(document.activeElement).to.equal(control(element, '/file', 'input[type=file]'));
    expect(field().querySelector('[role=status]')!.textContent.trim()).to.equal('one.png has been removed.');
    expect(field().textContent).not.to.contain('could not be sent');
    expect(await axeFindings(element)).to.deep.equal([]);
  });

  it('is not sent at all when it goes before the code for sending has come', async () => {
    element = await mount('all-controls', { client: portal() });
    const { files } = element.desk!.journey!;
    const open = files.openLine!;
    let come!: () => void;
    files.openLine = () => new Promise<void>(done => (come = done)).then(open);
    choose('one.png');
    await until(() => items().length === 1);
    button(element, 'Remove').click();
    await until(() => items().length === 0);
    come();
    const next = await chooseAndSend('two.png');
    expect(await next.text).to.equal('two.png');
    expect(sendings).to.have.length(1);
  });

  it('stays where the form names it elsewhere too', async () => {
    element = await mount('all-controls', { client: portal() });
    const sending = await chooseAndSend('one.png');
    element.currentSession!.dispatch({ changes: { set: '/other', value: answer() as never } });
    const digest = answer()!.sha256;
    button(element, 'Remove').click();
    await until(() => items().length === 0);
    expect(sending.signal!.aborted).to.equal(false);
    expect(await (await element.desk!.journey!.files.get(digest))!.text()).to.equal('one.png');
  });

  it('does not keep the next file from going on after the network broke, nor after the page was left', async () => {
    store = openDraftStore('test-uploads');
    const client = portal();
    element = await mount('all-controls', { client, drafts: store });
    (await chooseAndSend('one.png')).onUrl!('/uploads/1');
    button(element, 'Remove').click();
    await until(() => items().length === 0);

    const second = await chooseAndSend('two.png');
    second.onUrl!('/uploads/2');
    second.onProgress!(4);
    second.fail(new OnceFormError('ERR_NETWORK', 'cut'));
    await until(() => field().textContent.includes('could not be sent yet'));
    button(element, 'Try again').click();
    await until(() => sendings.length === 3);
    expect(sendings[2]).to.include({ name: 'two.png', url: '/uploads/2' });

    await element.desk!.drafts!.save();
    element.remove();
    await until(() => sendings[2]!.signal!.aborted);
    expect(sendings[2]!.signal!.reason, 'what has arrived stays').to.equal('keep');
    element = await mount('all-controls', { client, drafts: store });
    await until(() => sendings.length === 4);
    expect(sendings[3]).to.include({ name: 'two.png', url: '/uploads/2' });
    expect(await sendings[3]!.text).to.equal('two.png');
    sendings[3]!.arrive();
    await until(() => field().textContent.includes('Sent'));
    expect(items()).to.deep.equal(['two.png']);
  });
});
