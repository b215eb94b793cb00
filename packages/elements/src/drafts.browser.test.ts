import { addComponentFile, contextSlot, OnceFormError, receiveOffers, type Json } from '@onceform/core';
import { expect } from 'chai';
import { createFakePortal, type FakePortal, type FakePortalOptions } from '../gallery/portal.ts';
import { openDraftStore, type DraftStore } from './draft-store.ts';
import type { OnceForm } from './once-form.ts';
import { axeFindings, button, control, mount, type, until } from './testing/open.ts';

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
    await element.desk!.journey!.files.put(new Blob(['secret file']), 'x.txt');
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

describe('drafts that follow the citizen', () => {
  type Shelf = NonNullable<FakePortalOptions['drafts']>;
  const device = (drafts: Shelf, more: FakePortalOptions = {}): FakePortal => createFakePortal({ drafts, ...more });
  const saved = (shelf: Shelf): string => JSON.stringify([...shelf.values()]);
  const typed = { person: { name: 'An', student: false }, wishes: { kind: 'day' } };

  it('are kept by the portal too, offered on another device, and gone once the dossier is filed', async () => {
    const shelf: Shelf = new Map();
    element = await mount('library-card', { client: device(shelf), drafts: store, data: typed });
    await go('page:person');
    type(control(element, '/person/name'), 'An Nguyễn');
    await until(() => saved(shelf).includes('An Nguyễn'), 8000);
    await until(() => element!.textContent.includes('go on with it on another device'));
    element.remove();
    sessionStorage.clear();

    const other = openDraftStore(`test-${count++}`);
    const portal = device(shelf);
    element = await mount('library-card', { client: portal, drafts: other });
    expect(element.textContent).to.contain('from another device');
    button(element, 'Continue the draft').click();
    await until(() => element!.desk!.status === 'open');
    await element.updateComplete;
    expect(element.desk!.journey!.step.id).to.equal('page:person');
    expect(control(element, '/person/name').value).to.equal('An Nguyễn');
    expect(portal.calls, 'the draft it had').to.not.contain('openDraft');
    await file();
    await until(() => shelf.size === 0);
    await other.clear();
  });

  it('come back on the same device with the day of now, and what the sources had answered', async () => {
    const shelf: Shelf = new Map();
    element = await mount('library-card', { client: device(shelf), drafts: store, data: typed });
    await go('page:person');
    type(control(element, '/person/name'), 'An Nguyễn');
    element.currentSession!.dispatch(
      receiveOffers({
        offers: [],
        misses: [{ pointer: '/person/born', concept: 'person.birthDate', reason: 'not-found', source: null }],
      } as never),
    );
    await until(() => saved(shelf).includes('not-found'), 8000);
    await until(() => element!.desk!.drafts!.state.kind === 'saved');
    element.remove();
    element = await mount('library-card', { client: device(shelf, { today: '2026-11-23' }), drafts: store });
    expect(element.desk!.status).to.equal('open');
    expect(element.currentSession!.state.data).to.have.nested.property('$context.today', '2026-11-23');
    const { retrieved } = element.currentSession!.state.read(contextSlot);
    expect(retrieved['/person/born']).to.equal('not-provided');
  });

  it('are put together when two devices changed them, and the citizen says which where they differ', async () => {
    const shelf: Shelf = new Map();
    element = await mount('library-card', { client: device(shelf), drafts: store, data: typed });
    await go('page:person');
    type(control(element, '/person/name'), 'Base');
    await until(() => saved(shelf).includes('Base'), 8000);

    // Another device goes on with it.
    const [[id, draft]] = [...shelf] as [
      [string, { form: { id: string; digest: string }; revision: number; body: Json }],
    ];
    const theirs = structuredClone(draft.body) as { draft: { saved: string; answers: { values: Json } } };
    theirs.draft.answers.values = { person: { name: 'Theirs', student: true }, wishes: { kind: 'year' } };
    shelf.set(id, { ...draft, revision: draft.revision + 1, body: theirs as unknown as Json });

    type(control(element, '/person/name'), 'Mine');
    await until(() => element!.querySelector('.once-told') !== null, 8000);
    const data = element.currentSession!.state.data as unknown as { person: Record<string, Json>; wishes: Json };
    expect(data.person['student'], 'changed there only').to.equal(true);
    expect(data.wishes).to.deep.equal({ kind: 'year' });
    expect(data.person['name'], 'typed later').to.equal('Mine');
    expect(element.querySelector('.once-told')!.textContent).to.contain('They differ').and.to.contain('Theirs');
    expect(await axeFindings(element)).to.deep.equal([]);
    [...element.querySelectorAll<HTMLInputElement>('.once-told input')][1]!.click();
    expect((element.currentSession!.state.data as typeof data).person['name']).to.equal('Theirs');
    button(element, 'I have seen').click();
    await until(() => element!.querySelector('.once-told') === null);
    await until(() => (shelf.get(id)?.revision ?? 0) > draft.revision + 1 && saved(shelf).includes('Theirs'), 8000);
  });

  it('go along with somebody who signs in on the way', async () => {
    element = await mount('birth-registration', { client: createFakePortal({ signedIn: false }), drafts: store });
    const link = element.querySelector<HTMLAnchorElement>('a[href^="/sign-in"]')!;
    expect(link.textContent).to.equal('Sign in to have your data filled in');
    expect(link.getAttribute('href')).to.contain('return=%2F');
    await go('page:requester');
    type(control(element, '/requester/fullName'), 'Nguyễn Thị Mẫu');
    await until(() => element!.desk!.drafts!.state.kind === 'saved');
    element.remove();
    await new Promise(done => setTimeout(done, 20));
    element = await mount('birth-registration', { client: createFakePortal(), drafts: store });
    expect(element.desk!.status).to.equal('open');
    expect(element.currentSession!.state.data).to.have.nested.property('requester.fullName', 'Nguyễn Thị Mẫu');
    expect(element.desk!.journey!.prefill, 'and may have data fetched now').to.not.equal(undefined);
  });

  it('begin as those of nobody where who was signed in has no network and no draft, and go along once they sign in', async () => {
    const online = createFakePortal();
    const who = await online.session();
    // What offlineClient answers without a network: who was signed in last, in this tab or on this device.
    const client = {
      ...online,
      session: async () => ({ ...who, csrf: '', remembered: true }),
      openDraft: () => Promise.reject(new OnceFormError('ERR_NETWORK', 'no network')),
    };
    element = await mount('birth-registration', { client, drafts: store });
    expect(element.desk!.status).to.equal('open');
    expect(element.desk!.signIn, 'is offered the way to sign in').to.equal('/sign-in');
    expect(element.desk!.journey!.person).to.equal(null);
    expect(element.desk!.journey!.prefill, 'nobody can be asked').to.equal(undefined);
    await go('page:requester');
    type(control(element, '/requester/fullName'), 'Nguyễn Thị Mẫu');
    await until(() => element!.desk!.drafts!.state.kind === 'saved');
    const id = element.desk!.draftKey;
    expect(id, 'under nobody').to.match(/ $/);
    expect(await store.load(`${id}p1`)).to.equal(undefined);

    // The same without a network, after a reload: the draft that was begun goes on.
    element.remove();
    await new Promise(done => setTimeout(done, 20));
    element = await mount('birth-registration', { client, drafts: store });
    expect(element.desk!.status).to.equal('open');
    expect(element.currentSession!.state.data).to.have.nested.property('requester.fullName', 'Nguyễn Thị Mẫu');
    expect(element.desk!.journey!.person).to.equal(null);
    element.remove();
    await new Promise(done => setTimeout(done, 20));

    // The network is back, and they are signed in as ever.
    element = await mount('birth-registration', { client: createFakePortal(), drafts: store });
    expect(element.currentSession!.state.data).to.have.nested.property('requester.fullName', 'Nguyễn Thị Mẫu');
    expect(element.desk!.journey!.person).to.include({ id: 'p1' });
  });

  it('wait as a finished package while there is no network, and are sent after a reload as the very same bytes', async () => {
    const sent: string[] = [];
    const network = Object.assign(new Error('no answer'), { name: 'OnceFormError', code: 'ERR_NETWORK', data: {} });
    const filed: FakePortal['filed'] = new Map();
    const portalOf = (filingErrors: unknown[]): FakePortal => {
      const portal = createFakePortal({ filingErrors });
      const inner = portal.fileDossier.bind(portal);
      portal.fileDossier = async (id, blob) => {
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
        sent.push(`${id} ${[...digest].join()}`);
        const receipt = await inner(id, blob);
        filed.set(id, { blob, receipt });
        return receipt;
      };
      return portal;
    };
    element = await mount('library-card', { client: portalOf([network]), drafts: store, data: typed });
    await file(false);
    await until(() => element!.textContent.includes('is sent when the connection is back'));
    expect(await axeFindings(element)).to.deep.equal([]);
    expect(button(element, 'Change the dossier')).to.not.equal(undefined);
    await until(() => element!.desk!.drafts!.state.kind === 'saved');
    element.remove();
    await new Promise(done => setTimeout(done, 50));
    sessionStorage.clear();
    element = await mount('library-card', { client: portalOf([]), drafts: store });
    await until(() => element!.desk!.journey!.step.kind === 'receipt');
    expect(sent).to.have.length(2);
    expect(sent[0]).to.equal(sent[1]);
    expect(filed.size).to.equal(1);
    expect(await store.outbox!.get('https://portal.example/forms/library-card p1')).to.equal(undefined);
    expect(await store.load('https://portal.example/forms/library-card p1')).to.equal(undefined);
  });

  it('that were received although nobody heard of it stay as they were: a later change is not filed as a second one', async () => {
    const conflict = Object.assign(new Error('other bytes'), { name: 'OnceFormError', code: 'ERR_CONFLICT', data: {} });
    const network = Object.assign(new Error('no answer'), { name: 'OnceFormError', code: 'ERR_NETWORK', data: {} });
    const portal = createFakePortal();
    const inner = portal.fileDossier.bind(portal);
    let tries = 0;
    portal.fileDossier = async (id, blob) => {
      if (++tries > 1) throw conflict;
      await inner(id, blob);
      throw network;
    };
    element = await mount('library-card', { client: portal, drafts: store, data: typed });
    await file(false);
    await until(() => element!.desk!.journey!.filing.kind === 'waiting');
    await element.updateComplete;
    button(element, 'Change the dossier').click();
    element.currentSession!.dispatch({ changes: { set: '/person/name', value: 'Changed' } });
    await until(() => element!.desk!.journey!.filing.kind === 'idle');
    await element.updateComplete;
    button(element, 'Submit').click();
    await until(() => element!.textContent.includes('had been submitted before'));
    expect(portal.filed.size).to.equal(1);
  });

  async function go(step: string): Promise<void> {
    element!.desk!.journey!.goTo(step);
    await element!.updateComplete;
  }

  async function file(all = true): Promise<void> {
    const { journey } = element!.desk!;
    const proof = await journey!.files.put(new Blob(['%PDF-1.7'], { type: 'application/pdf' }), 'proof.pdf');
    journey!.session.dispatch(addComponentFile('proof', proof));
    journey!.confirm(true);
    await go('review');
    button(element!, 'Submit').click();
    if (all) await until(() => element!.desk!.journey!.step.kind === 'receipt');
  }
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
