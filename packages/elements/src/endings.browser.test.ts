import type { Offer } from '@onceform/core';
import { expect } from 'chai';
import { birthResults, codeLists } from '../gallery/birth.ts';
import { createFakePortal, type FakePortal, type FakePortalOptions } from '../gallery/portal.ts';
import { openDraftStore } from './draft-store.ts';
import type { OnceForm } from './once-form.ts';
import { axeFindings, button, control, loadForm, mount, type, until } from './testing/open.ts';

let element: OnceForm;
afterEach(() => element.remove());
const words = (): string => element.textContent.replace(/\s+/g, ' ');

describe('a sign-in that is about to end', () => {
  const now = new Date();
  const inMinutes = (minutes: number): string => new Date(now.getTime() + minutes * 60_000).toISOString();
  let ahead = 0;
  const clock = (): Date => new Date(now.getTime() + ahead * 60_000);
  beforeEach(() => {
    ahead = 0;
  });

  async function open(
    expires: NonNullable<FakePortalOptions['expires']>,
    more: Partial<OnceForm> = {},
  ): Promise<FakePortal> {
    const portal = createFakePortal({ expires });
    element = await mount('library-card', { client: portal, clock, ...more });
    await until(() => element.desk!.signInWatch !== undefined);
    return portal;
  }

  it('is said in time, and one press moves the end away', async () => {
    const portal = await open({ now: inMinutes(4), renewed: inMinutes(480) });
    await until(() => words().includes('Your session is about to end'));
    expect(await axeFindings(element)).to.deep.equal([]);
    [...element.querySelectorAll<HTMLButtonElement>('.once-told button')][0]!.click();
    await until(() => element.querySelector('.once-told') === null);
    expect(portal.calls).to.contain('renew');
  });

  it('is not said when another tab has moved the end away already', async () => {
    const expires = { now: inMinutes(4), renewed: '' };
    const portal = createFakePortal({ expires });
    const session = portal.session.bind(portal);
    let asked = 0;
    portal.session = async signal => {
      if (++asked > 1) expires.now = inMinutes(480);
      return session(signal);
    };
    element = await mount('library-card', { client: portal, clock });
    await until(() => asked === 2);
    await element.updateComplete;
    expect(element.querySelector('.once-told')).to.equal(null);
  });

  it('says when the end cannot be moved any further', async () => {
    await open({ now: inMinutes(4), renewed: inMinutes(4.5) });
    await until(() => element.querySelector('.once-told button') !== null);
    element.querySelector<HTMLButtonElement>('.once-told button')!.click();
    await until(() => words().includes('cannot be extended'));
  });

  it('loses nothing once it has come: the draft is kept, and signing in comes back to this page', async () => {
    const store = openDraftStore('test-endings');
    const portal = await open({ now: inMinutes(4), renewed: '' }, { drafts: store });
    await until(() => words().includes('about to end'));
    type(control(element, '/person/name'), 'An Nguyễn');
    ahead = 5;
    portal.session = async () => ({ csrf: 'x', person: null, signInPath: '/sign-in', signOutPath: '/' });
    document.dispatchEvent(new Event('visibilitychange'));
    await until(() => words().includes('The draft is kept'));
    expect(JSON.stringify(await store.load('https://portal.example/forms/library-card p1'))).to.contain('An Nguyễn');
    const link = element.querySelector<HTMLAnchorElement>('.once-told a')!;
    expect(link.getAttribute('href')).to.match(/^\/sign-in\?return=%2F.*&ui_locales=en$/);
    expect(await axeFindings(element)).to.deep.equal([]);
    element.remove();
    await store.clear();
  });

  it('keeps the page where nothing else keeps the answers, and goes on after a sign-in in another tab', async () => {
    const portal = await open({ now: inMinutes(4), renewed: inMinutes(480) });
    const session = portal.session.bind(portal);
    await until(() => words().includes('about to end'));
    ahead = 5;
    portal.session = async () => ({ csrf: 'x', person: null, signInPath: '/sign-in', signOutPath: '/' });
    document.dispatchEvent(new Event('visibilitychange'));
    await until(() => words().includes('on this page only'));
    expect(element.querySelector('.once-told a')!.getAttribute('target')).to.equal('_blank');
    portal.session = async signal => ({ ...(await session(signal)), expires: inMinutes(480) });
    button(element, 'I have signed in again').click();
    await until(() => element.querySelector('.once-told') === null);
  });
});

describe('data that changed since they were taken', () => {
  let portal: FakePortal;
  /** What the sources say from now on. */
  let later: (offer: Offer) => Offer | null;

  async function open(): Promise<void> {
    later = offer => offer;
    portal = createFakePortal({ results: birthResults, codeLists });
    const first = portal.prefill.bind(portal);
    portal.prefill = async function* (request, signal) {
      for await (const result of first(request, signal)) {
        const offers = result.offers.map(later).filter(offer => offer !== null);
        const misses =
          offers.length === 0 && result.offers.length > 0
            ? [
                {
                  pointer: `${result.item}/fullName`,
                  concept: 'person.fullName',
                  source: result.offers[0]!.source,
                  reason: 'not-found' as const,
                },
              ]
            : result.misses;
        yield { ...result, offers, misses };
      }
    };
    element = await mount('birth-registration', { client: portal });
    button(element, 'I agree').click();
    await until(() => element.desk!.journey!.prefill!.status === 'answered');
    await element.updateComplete;
    button(element, 'Use this').click();
    await until(() => element.desk!.journey!.step.kind === 'page');
  }
  const name = (): unknown =>
    (element.currentSession!.state.data as { requester: { fullName: string } }).requester.fullName;
  const renamed = (offer: Offer): Offer =>
    offer.item === '/requester'
      ? {
          ...offer,
          id: 'o1-new',
          values: offer.values.map(value =>
            value.pointer === '/requester/fullName' ? { ...value, value: 'Nguyễn Thị Mới' } : value,
          ),
        }
      : offer;

  it('are shown then and now, and taken when the citizen says so', async () => {
    await open();
    later = renamed;
    expect(await element.desk!.journey!.prefill!.recheck(true)).to.equal(false);
    await element.updateComplete;
    expect(words()).to.contain('have changed since they were fetched');
    expect(element.querySelector('.once-told del')!.textContent).to.contain('Nguyễn Thị Mẫu');
    expect(element.querySelector('.once-told ins')!.textContent).to.contain('Nguyễn Thị Mới');
    expect(name(), 'nothing changes by itself').to.equal('Nguyễn Thị Mẫu');
    expect(await axeFindings(element)).to.deep.equal([]);
    button(element, 'Use the new data').click();
    await until(() => element.querySelector('.once-told') === null);
    expect(name()).to.equal('Nguyễn Thị Mới');
  });

  it('stay in use when the citizen keeps them, and a source that lost them is said', async () => {
    await open();
    later = offer => (offer.item === '/requester' ? null : offer);
    await element.desk!.journey!.prefill!.recheck(true);
    await element.updateComplete;
    expect(words()).to.contain('does not hold this any more');
    button(element, 'Keep what is in use').click();
    await until(() => element.querySelector('.once-told') === null);
    expect(name()).to.equal('Nguyễn Thị Mẫu');
  });

  it('are sealed anew when nothing changed: a seal that has ended does not stop the filing', async () => {
    await open();
    const before = portal.calls.filter(call => call === 'seal').length;
    expect(await element.desk!.journey!.prefill!.recheck(true)).to.equal(true);
    expect(portal.calls.filter(call => call === 'seal').length).to.equal(before + 1);
    expect(element.querySelector('.once-told')).to.equal(null);
  });
});

describe('a language that does not come', () => {
  it('is told, with a way to try again; the form and every answer stand meanwhile', async () => {
    const portal = createFakePortal();
    let down = true;
    const form = await loadForm('library-card');
    const info = {
      slug: 'library-card',
      id: form.id,
      version: form.version,
      digest: form.digest,
      title: form.title,
      procedureCode: null,
      module: 'x',
      integrity: '',
      languages: { en: 'e', vi: 'v' },
    };
    portal.form = async () => info;
    portal.loadForm = async (_info, locale) => {
      if (locale === 'vi' && down)
        throw Object.assign(new Error('down'), { name: 'OnceFormError', code: 'ERR_NETWORK', data: {} });
      return form;
    };
    element = await mount('library-card', { client: portal, form: undefined, src: '/api/forms/library-card' });
    type(control(element, '/person/name'), 'An Nguyễn');
    element.locale = 'vi';
    await until(() => words().includes('could not be loaded'));
    expect(control(element, '/person/name').value).to.equal('An Nguyễn');
    down = false;
    button(element, 'Try again').click();
    await until(() => words().includes('Tiếp tục'));
    expect(element.querySelector('.once-told')).to.equal(null);
    expect(control(element, '/person/name').value).to.equal('An Nguyễn');
  });
});
