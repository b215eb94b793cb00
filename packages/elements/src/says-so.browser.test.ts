// Traces in a small photo, a paper wanted as evidence, answers that come from a source only, and answers a helper typed: each
// says so where it stands, and what to do.

import { setActor, type CompiledForm, type ReuseItem } from '@onceform/core';
import { expect } from 'chai';
import type { OnceForm } from './once-form.ts';
import { axeFindings, button, control, loadForm, mount, type, until } from './testing/open.ts';

let element: OnceForm;
afterEach(() => element.remove());

const field = (pointer: string): HTMLElement =>
  element.renderRoot.querySelector<HTMLElement>(`[data-pointer="${pointer}"]`)!;

/** A JPEG of one grey point that says in a comment where it was taken. */
function photo(): File {
  const bytes = Uint8Array.from(atob(JPEG), character => character.charCodeAt(0));
  const place = new TextEncoder().encode('GPS 18.34 N 105.90 E');
  const comment = [0xff, 0xfe, 0, place.length + 2, ...place];
  return new File([bytes.subarray(0, 2), Uint8Array.from(comment), bytes.subarray(2)], 'anh.jpg', {
    type: 'image/jpeg',
  });
}
const JPEG =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=';

describe('a photo that is small enough to be taken as it is', () => {
  it('loses place and camera when the citizen asks for it, and keeps its picture', async () => {
    element = await mount('all-controls');
    const transfer = new DataTransfer();
    transfer.items.add(photo());
    const box = control(element, '/file');
    box.files = transfer.files;
    box.dispatchEvent(new Event('change', { bubbles: true }));
    await until(() => field('/file').querySelector('.once-file-item') !== null);
    const held = () =>
      (element.currentSession!.state.data as { file: { sha256: string; size: number; name: string } }).file;
    const before = held();
    button(element, 'Take place and camera out').click();
    await until(() => held().sha256 !== before.sha256);
    expect(held().size).to.equal(before.size - 24);
    expect(held().name).to.equal('anh.jpg');
    const bytes = await (await element.desk!.journey!.files.get(held().sha256))!.text();
    expect(bytes).not.to.contain('GPS');
    expect(field('/file').textContent).to.contain('Place and camera are taken out');
    expect(await axeFindings(element)).to.deep.equal([]);
  });
});

/** A form whose first name is to be had from a source in some way. */
async function withPolicy(onMissing: 'block' | 'ask-with-evidence'): Promise<CompiledForm> {
  const form = await loadForm('library-card');
  const item: ReuseItem = {
    pointer: '/person/name',
    concept: 'person.fullName',
    subject: 'applicant',
    policy: { mode: 'fill', edit: 'locked', onMissing, replaces: form.components.map(({ id }) => id) },
    members: [{ pointer: '/person/name', concept: 'person.fullName', edit: 'locked', sensitivity: 'B' }],
  };
  return { ...form, reuse: [item] };
}

describe('what a source should have given', () => {
  it('and may be had from there only, says so beside its box, which cannot be typed into', async () => {
    element = await mount('library-card', { form: await withPolicy('block') });
    await until(() => field('/person/name').querySelector('.once-miss') !== null);
    const box = control(element, '/person/name');
    expect(box.readOnly).to.equal(true);
    expect(box.getAttribute('aria-describedby')).to.contain('~miss');
    expect(field('/person/name').textContent).to.contain('comes from a database only');
    expect(await axeFindings(element)).to.deep.equal([]);
  });

  it('and is shown by a paper where it is typed, names the paper where it is missing and why where it is asked for', async () => {
    element = await mount('library-card', { form: await withPolicy('ask-with-evidence') });
    type(control(element, '/person/name'), 'An Nguyen');
    element.desk!.journey!.goTo('papers');
    await until(() => element.renderRoot.querySelector('.once-paper .once-miss') !== null);
    expect(element.renderRoot.querySelector('.once-paper')!.textContent).to.contain(
      'Needed because you typed what no database gave.',
    );
    expect(await axeFindings(element)).to.deep.equal([]);
  });
});

describe('what a helper typed', () => {
  it('waits beside its field for the citizen, who confirms it there', async () => {
    element = await mount('library-card');
    const session = element.currentSession!;
    session.dispatch(setActor({ role: 'assistant', id: 'helper' }));
    type(control(element, '/person/name'), 'An Nguyen');
    await until(() => field('/person/name').textContent!.includes('Typed by the helper'));
    expect(field('/person/name').querySelector('.once-origin button'), 'nothing for the helper to press').to.equal(
      null,
    );
    session.dispatch(setActor({ role: 'officer', id: 'officer' }));
    await until(() => field('/person/name').textContent!.includes('As on the paper'));
    session.dispatch(setActor({ role: 'citizen' }));
    await until(() => field('/person/name').textContent!.includes('I confirm this answer'));
    expect(control(element, '/person/name').getAttribute('aria-describedby')).to.contain('~origin');
    expect(await axeFindings(element)).to.deep.equal([]);
    field('/person/name').querySelector<HTMLButtonElement>('.once-origin button')!.click();
    await until(() => field('/person/name').querySelector('.once-origin') === null);
  });
});
