import { addComponentFile } from '@onceform/core';
import { expect } from 'chai';
import type { OnceDossier } from './once-dossier.ts';
import type { OnceForm } from './once-form.ts';
import { axeFindings, mount, until } from './testing/open.ts';

let element: OnceDossier;
let form: OnceForm | undefined;
afterEach(() => {
  element.remove();
  form?.remove();
});

/** A package as a form without a portal builds it. */
async function packed(): Promise<Blob> {
  form = await mount('library-card', {
    data: { person: { name: 'An Nguyễn', student: false }, wishes: { kind: 'day', branch: 1 } },
  });
  const { journey } = form.desk!;
  const proof = await journey!.files.put(new Blob(['%PDF-1.7'], { type: 'application/pdf' }), 'điện nước.pdf');
  journey!.session.dispatch(addComponentFile('proof', proof));
  journey!.confirm(true);
  await journey!.submit();
  if (journey!.filing.kind !== 'filed') throw new Error(JSON.stringify(journey!.summary));
  return journey!.filing.dossier.blob;
}

async function open(dossier: Blob, locale = 'en'): Promise<void> {
  element = document.createElement('once-dossier') as OnceDossier;
  Object.assign(element, { dossier, locale });
  document.body.append(element);
  await until(() => element.querySelector('.once-done') !== null, 8000);
}
const words = (): string => element.textContent.replace(/\s+/g, ' ');

describe('<once-dossier>', () => {
  it('shows an intact package with the labels and words the citizen saw, its papers, and what was not checked', async () => {
    await open(await packed());
    expect(words()).to.contain('The package is intact').and.to.contain('Not checked');
    const answer = [...element.querySelectorAll('.once-answer')].map(row =>
      row.textContent.replace(/\s+/g, ' ').trim(),
    );
    expect(
      answer.some(text => /Full name\s*An Nguyễn/.test(text)),
      answer.join(' | '),
    ).to.equal(true);
    expect(
      answer.some(text => /Branch\s*Huế/.test(text)),
      'words, not codes',
    ).to.equal(true);
    expect(words()).to.contain('Proof of address: điện nước.pdf').and.to.contain('checks passed');
    const link = element.querySelector<HTMLAnchorElement>('.once-files a')!;
    expect(link.download).to.equal('điện nước.pdf');
    expect((await (await fetch(link.href)).blob()).type, 'never shown as a page').to.equal('application/octet-stream');
    expect(await axeFindings(element)).to.deep.equal([]);
  });

  it('says which part of a tampered package failed, first of all', async () => {
    const bytes = new Uint8Array(await (await packed()).arrayBuffer());
    const name = new TextEncoder().encode('"name":"An ');
    const at = bytes.findIndex((_, i) => name.every((byte, j) => bytes[i + j] === byte));
    expect(at).to.be.greaterThan(0);
    bytes[at + name.length] = 'X'.charCodeAt(0);
    await open(new Blob([bytes]), 'vi');
    expect(words()).to.contain('Gói hồ sơ không đạt');
    const [first] = element.querySelectorAll('.once-finding');
    expect(first!.getAttribute('data-status')).to.equal('failed');
    expect(first!.textContent).to.contain('Nội dung đã khai').and.to.contain('data/form.json');
    expect(await axeFindings(element)).to.deep.equal([]);
  });

  for (const [what, blob] of [
    ['nothing', new Blob([])],
    ['something else', new Blob(['%PDF-1.7 not a package'])],
  ] as const) {
    it(`says of ${what} that it is no intact package`, async () => {
      await open(blob);
      expect(words()).to.contain('The package failed the check');
      expect(element.querySelectorAll('.once-finding[data-status=failed]').length).to.be.greaterThan(0);
    });
  }

  it('says of half a package that it failed', async () => {
    const whole = await packed();
    await open(whole.slice(0, whole.size >> 1));
    expect(words()).to.contain('The package failed the check');
  });
});
