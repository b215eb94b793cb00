// Traces in a small photo, a paper wanted as evidence, answers that come from a source only, and answers a helper typed: each
// says so where it stands, and what to do.

import { setActor, type CompiledForm, type FileReference, type ReuseItem } from '@onceform/core';
import { expect } from 'chai';
import { FileShelf, PHOTO, takeFile } from './file-shelf.ts';
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

describe('a photo that is larger than it has to be', () => {
  /** A picture that compresses badly: every point another colour. */
  async function large(type: string): Promise<File> {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1200, height: 800 });
    const pencil = canvas.getContext('2d')!;
    const points = pencil.createImageData(canvas.width, canvas.height);
    let seed = 1;
    for (let i = 0; i < points.data.length; i++) points.data[i] = (seed = (seed * 48271) % 2147483647) & 255;
    pencil.putImageData(points, 0, 0);
    const blob = await new Promise<Blob>(done => canvas.toBlob(picture => done(picture!), type, 1));
    return new File([blob], 'giay khai sinh.png', { type });
  }

  it('is sent with 500 kB or less, as a JPEG, whatever the camera made of it', async () => {
    const photo = await large('image/png');
    expect(photo.size).to.be.greaterThan(PHOTO);
    const shelf = new FileShelf();
    const taken = await takeFile(shelf, photo, { accept: ['image/*'], maxSize: PHOTO });
    expect(taken).to.include({ name: 'giay khai sinh.jpg', type: 'image/jpeg' });
    expect((taken as FileReference).size).to.be.lessThanOrEqual(PHOTO);
    const bytes = (await shelf.get((taken as FileReference).sha256))!;
    const { width, height } = await createImageBitmap(bytes);
    expect(width / height).to.be.closeTo(1.5, 0.01);
  });

  it('is made as small as a paper wants it', async () => {
    const taken = await takeFile(new FileShelf(), await large('image/jpeg'), { accept: [], maxSize: 200_000 });
    expect((taken as FileReference).size).to.be.lessThanOrEqual(200_000);
  });

  it('stays what it is where a JPEG is not taken, and is refused where it is too large', async () => {
    const photo = await large('image/png');
    const kept = await takeFile(new FileShelf(), photo, { accept: ['image/png'], maxSize: photo.size });
    expect(kept).to.include({ name: 'giay khai sinh.png', type: 'image/png', size: photo.size });
    expect(await takeFile(new FileShelf(), photo, { accept: ['image/png'], maxSize: PHOTO })).to.equal('size');
  });

  it('is not left in memory when its form is taken away', async () => {
    element = await mount('all-controls');
    const { files } = element.desk!.journey!;
    const url = files.url((await files.put(photo(), 'anh.jpg')).sha256)!;
    expect((await fetch(url)).ok).to.equal(true);
    element.remove();
    const isGone = (): Promise<boolean> =>
      fetch(url).then(
        () => false,
        () => true,
      );
    let gone = false;
    await until(() => gone || void isGone().then(now => (gone = now)));
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
