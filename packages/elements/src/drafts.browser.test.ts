import { expect } from 'chai';
import { openDraftStore, type DraftStore } from './draft-store.ts';
import type { OnceForm } from './once-form.ts';
import { button, control, mount, type, until } from './testing/open.ts';

let store: DraftStore;
let element: OnceForm | undefined;
let count = 0;

beforeEach(() => {
  sessionStorage.clear();
  store = openDraftStore(`test-${count++}`);
});
afterEach(async () => {
  element?.remove();
  await new Promise(done => setTimeout(done, 20));
  await store.clear();
});

const saved = (): Promise<void> => until(() => element!.desk!.drafts!.state.kind === 'saved');

describe('drafts', () => {
  it('are saved a moment after a change, and say so', async () => {
    const states: string[] = [];
    element = await mount('library-card', { drafts: store });
    element.addEventListener('once-draft', event =>
      states.push((event as CustomEvent<{ state: string }>).detail.state),
    );
    type(control(element, '/person/name'), 'An Nguyễn');
    await saved();
    await element.updateComplete;
    expect(element.querySelector('.once-draft')!.textContent).to.match(/Draft saved at \d\d:\d\d/);
    expect(states).to.deep.equal(['waiting', 'saving', 'saved']);
  });

  it('come back in the same tab without a question, on the same step, with half-typed text', async () => {
    element = await mount('library-card', { drafts: store });
    type(control(element, '/person/name'), 'An Nguyễn');
    type(control(element, '/person/born'), '18');
    element.desk!.journey!.goTo('page:wishes');
    element.currentSession!.dispatch({ changes: { set: '/wishes/kind', value: 'day' } });
    await saved();
    element.remove();
    element = await mount('library-card', { drafts: store });
    expect(element.desk!.status).to.equal('open');
    expect(element.desk!.journey!.step.id).to.equal('page:wishes');
    button(element, 'Back').click();
    await until(() => element!.querySelector('[data-pointer="/person/name"]') !== null);
    expect(control(element, '/person/name').value).to.equal('An Nguyễn');
    expect(control(element, '/person/born').value).to.equal('18');
  });

  it('are offered in another tab, and can be left', async () => {
    element = await mount('library-card', { drafts: store });
    type(control(element, '/person/name'), 'An Nguyễn');
    await saved();
    element.remove();
    await new Promise(done => setTimeout(done, 20));
    sessionStorage.clear();
    element = await mount('library-card', { drafts: store });
    expect(element.desk!.status).to.equal('found-draft');
    button(element, 'Start a new').click();
    await until(() => element!.desk!.status === 'open');
    await element.updateComplete;
    expect(control(element, '/person/name').value).to.equal('');
  });

  it('are written by one tab; the other is told and may take over', async () => {
    element = await mount('library-card', { drafts: store });
    type(control(element, '/person/name'), 'First');
    await saved();
    const other = await mount('library-card', { drafts: store });
    await until(() => other.desk!.drafts?.state.kind === 'other-tab');
    await other.updateComplete;
    expect(other.textContent).to.contain('open in another tab');
    type(control(other, '/person/name'), 'Second');
    await new Promise(done => setTimeout(done, 1000));
    const kept = await store.load('https://portal.example/forms/library-card ');
    expect(JSON.stringify(kept)).to.contain('First').and.not.to.contain('Second');
    element.remove();
    element = other;
    await new Promise(done => setTimeout(done, 50));
    button(other, 'Save in this tab').click();
    await saved();
    expect(JSON.stringify(await store.load('https://portal.example/forms/library-card '))).to.contain('Second');
  });

  it('say that they were not saved when there is no room, and try again', async () => {
    let full = true;
    const tight: DraftStore = {
      ...store,
      save: (key, draft) =>
        full ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : store.save(key, draft),
    };
    element = await mount('library-card', { drafts: tight });
    type(control(element, '/person/name'), 'An Nguyễn');
    await until(() => element!.querySelector('.once-draft[data-state=failed]'));
    expect(element.querySelector('.once-draft')!.textContent).to.contain('no room left');
    full = false;
    button(element, 'Try again').click();
    await saved();
  });

  it('are kept on a shared device only when asked for', async () => {
    element = await mount('library-card', { drafts: store, sharedDevice: true });
    type(control(element, '/person/name'), 'An Nguyễn');
    await new Promise(done => setTimeout(done, 1000));
    expect(await store.load('https://portal.example/forms/library-card ')).to.equal(undefined);
    button(element, 'Keep a draft').click();
    await saved();
    expect(JSON.stringify(await store.load('https://portal.example/forms/library-card '))).to.contain('An Nguyễn');
  });

  it('are encrypted at rest and gone after sign-out', async () => {
    element = await mount('library-card', { drafts: store });
    type(control(element, '/person/name'), 'Nguyễn Thị Bí Mật');
    await element.desk!.files.put(new Blob(['secret file']), 'x.txt');
    await saved();
    const raw = await readAll(`test-${count - 1}`);
    expect(raw.drafts).to.have.length(1);
    expect(raw.files).to.have.length(1);
    const text = [...raw.drafts, ...raw.files].map(({ box }) => new TextDecoder().decode(box)).join();
    expect(text).to.not.contain('Nguyễn').and.not.to.contain('secret');
    expect((raw.keys[0] as CryptoKey).extractable).to.equal(false);
    element.remove();
    await store.clear();
    expect((await indexedDB.databases()).map(({ name }) => name)).to.not.contain(`test-${count - 1}`);
  });
});

async function readAll(
  name: string,
): Promise<{ drafts: { box: ArrayBuffer }[]; files: { box: ArrayBuffer }[]; keys: unknown[] }> {
  const db = await new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const all = (from: string) =>
    new Promise<never[]>(done => {
      const request = db.transaction(from).objectStore(from).getAll();
      request.onsuccess = () => done(request.result as never[]);
    });
  const result = { drafts: await all('drafts'), files: await all('files'), keys: await all('keys') };
  db.close();
  return result;
}
