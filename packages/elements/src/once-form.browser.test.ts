import type { ReceiptFee } from '@onceform/core';
import { expect } from 'chai';
import { createFakePortal } from '../gallery/portal.ts';
import type { OnceEvents } from './desk-host.ts';
import type { OnceForm } from './once-form.ts';
import { axeFindings, button, control, loadForm, mount, type, until } from './testing/open.ts';

let element: OnceForm;
afterEach(() => element.remove());

const heading = (): string => element.renderRoot.querySelector('h2')!.textContent.trim();
const data = (): Record<string, unknown> => element.currentSession!.state.data as Record<string, unknown>;

function choose(pointer: string, label: string): void {
  const field = element.renderRoot.querySelector(`[data-pointer="${pointer}"]`)!;
  const found = [...field.querySelectorAll('label')].find(item => item.textContent.trim().startsWith(label))!;
  found.click();
}

async function fillPerson(): Promise<void> {
  type(control(element, '/person/name'), 'An Nguyễn');
  choose('/person/student', 'No');
  await element.updateComplete;
}

/** Puts a paper to a card that is filled in, declares it true, and submits. */
async function submitWithProof(form: OnceForm): Promise<void> {
  const journey = form.desk!.journey!;
  const pdf = await journey.files.put(new Blob(['%PDF-1.7'], { type: 'application/pdf' }), 'proof.pdf');
  const { addComponentFile } = await import('@onceform/core');
  journey.session.dispatch(addComponentFile('proof', pdf));
  journey.confirm(true);
  journey.goTo('review');
  await form.updateComplete;
  button(form, 'Submit').click();
}

describe('<once-form>', () => {
  it('shows the first page in the light DOM, with native controls that are labelled and described', async () => {
    element = await mount('library-card');
    expect(element.shadowRoot).to.equal(null);
    const name = control(element, '/person/name');
    expect(name.labels![0]!.textContent.trim()).to.equal('Full name');
    expect(document.getElementById(name.getAttribute('aria-describedby')!)!.textContent).to.equal(
      'As in your passport',
    );
    expect(name.autocomplete).to.equal('name');
    expect(name.required).to.equal(true);
  });

  it('hands typed text to the engine and tells the host', async () => {
    element = await mount('library-card');
    const seen: unknown[] = [];
    element.addEventListener('once-change', event =>
      seen.push(((event as CustomEvent).detail as { data: unknown }).data),
    );
    type(control(element, '/person/name'), 'An');
    expect((data()['person'] as Record<string, unknown>)['name']).to.equal('An');
    expect((seen.at(-1) as { person: unknown }).person).to.deep.equal({ name: 'An' });
  });

  it('says when its session is there, and when there is another one', async () => {
    const told: unknown[] = [];
    const hear = (event: Event): void =>
      void told.push((event as CustomEvent<OnceEvents['once-session']>).detail.session);
    document.addEventListener('once-session', hear);
    element = await mount('library-card');
    const first = element.currentSession!;
    type(control(element, '/person/name'), 'An');
    element.form = await loadForm('every-control');
    await until(() => told.length > 1);
    document.removeEventListener('once-session', hear);
    expect([told.length, told[0] === first, told[1] === element.currentSession]).to.deep.equal([2, true, true]);
    expect(first).not.to.equal(element.currentSession);
  });

  it('re-renders only the field that was typed into', async () => {
    element = await mount('library-card');
    const touched = new Set<string>();
    const observer = new MutationObserver(records =>
      records.forEach(({ target }) => {
        const at = (target instanceof Element ? target : target.parentElement)?.closest<HTMLElement>('[data-pointer]');
        touched.add(at?.dataset['pointer'] ?? `outside: ${target.nodeName}`);
      }),
    );
    observer.observe(element, { subtree: true, childList: true, attributes: true, characterData: true });
    type(control(element, '/person/email'), 'nobody');
    await element.updateComplete;
    await new Promise(done => setTimeout(done, 0));
    observer.disconnect();
    expect([...touched]).to.deep.equal(['/person/email']);
  });

  it('asks what became relevant, and forgets nothing that was typed before', async () => {
    element = await mount('library-card');
    choose('/person/student', 'Yes');
    await element.updateComplete;
    type(control(element, '/person/school'), 'Quốc Học');
    choose('/person/student', 'No');
    expect(element.querySelector('[data-pointer="/person/school"]')).to.equal(null);
    expect(data()['person']).to.deep.equal({ student: false });
    choose('/person/student', 'Yes');
    expect(control(element, '/person/school').value).to.equal('Quốc Học');
  });

  it('keeps the citizen on a page with errors: summary with focus, links to the fields, title prefix', async () => {
    element = await mount('library-card');
    const title = (document.title = 'Library');
    button(element, 'Continue').click();
    await until(() => document.activeElement?.classList.contains('once-summary'));
    expect(document.title).to.equal(`Error: ${title}`);
    const links = [...element.querySelectorAll<HTMLAnchorElement>('.once-summary a')];
    expect(links.map(link => link.textContent.trim())).to.have.length(2);
    links[0]!.click();
    await until(() => document.activeElement === control(element, '/person/name'));
    const name = control(element, '/person/name');
    expect(name.getAttribute('aria-invalid')).to.equal('true');
    const described = name
      .getAttribute('aria-describedby')!
      .split(' ')
      .map(id => document.getElementById(id)!.textContent.trim())
      .join(' ');
    expect(described).to.contain('Full name');
    await fillPerson();
    await until(() => element.querySelector('.once-summary') === null);
    expect(document.title).to.equal(title);
  });

  it('goes on, back and to any step without loss', async () => {
    element = await mount('library-card');
    await fillPerson();
    button(element, 'Continue').click();
    await until(() => heading() === 'Your wishes');
    expect(document.activeElement).to.equal(element.querySelector('h2'));
    button(element, 'Back').click();
    await until(() => heading() === 'About you');
    expect(control(element, '/person/name').value).to.equal('An Nguyễn');
  });

  it('switches the language and keeps every value, also what is half typed', async () => {
    element = await mount('library-card');
    type(control(element, '/person/name'), 'An Nguyễn');
    const day = control(element, '/person/born');
    type(day, '18');
    element.locale = 'vi';
    await element.updateComplete;
    expect(button(element, 'Tiếp tục')).to.not.equal(undefined);
    expect(control(element, '/person/name').value).to.equal('An Nguyễn');
    expect(control(element, '/person/born').value).to.equal('18');
  });

  it('runs the whole journey: papers, review, filing, receipt, package', async () => {
    const portal = createFakePortal();
    element = await mount('library-card', { client: portal });
    const done = new Promise<CustomEvent>(resolve =>
      element.addEventListener('once-submit', event => resolve(event as CustomEvent), { once: true }),
    );
    await fillPerson();
    button(element, 'Continue').click();
    await until(() => heading() === 'Your wishes');
    choose('/wishes/kind', 'One year');
    button(element, 'Continue').click();
    await until(() => heading() === 'Papers');

    button(element, 'Continue').click();
    await until(() => element.querySelector('.once-summary') !== null);
    const input = element.querySelector<HTMLInputElement>('input[type=file]')!;
    const put = (file: File): void => {
      const transfer = new DataTransfer();
      transfer.items.add(file);
      input.files = transfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    };
    put(new File(['x'], 'virus.exe', { type: 'application/x-msdownload' }));
    await until(() => element.querySelector('[role=alert] .once-issue')?.textContent.includes('virus.exe'));
    put(new File([new Uint8Array(200_000)], 'big.pdf', { type: 'application/pdf' }));
    await until(() => element.querySelector('[role=alert] .once-issue')?.textContent.includes('big.pdf'));
    put(new File(['%PDF-1.7'], 'proof.pdf', { type: 'application/pdf' }));
    await until(() => element.querySelector('.once-file-name')?.textContent === 'proof.pdf');
    button(element, 'Continue').click();
    await until(() => heading() === 'Check and submit');

    const shown = [...element.querySelectorAll('.once-answer dd')].map(dd =>
      dd.textContent.trim().replace(/\s+/g, ' '),
    );
    expect(shown.join(' | ')).to.contain('An Nguyễn').and.to.contain('One year').and.to.contain('proof.pdf');
    button(element, 'Submit').click();
    await until(() => element.querySelector('.once-summary')?.textContent.includes('confirm'));
    element.querySelector<HTMLInputElement>('.once-commitment input')!.click();
    await element.updateComplete;
    const submit = button(element, 'Submit');
    submit.click();
    submit.click();
    const { detail } = (await done) as CustomEvent<{
      receipt: { code: string; dossier: { sha256: string } };
      dossier: Blob;
      sha256: string;
    }>;
    expect(detail.receipt.dossier.sha256).to.equal(detail.sha256);
    expect(portal.calls.filter(call => call === 'fileDossier')).to.have.length(1);
    await until(() => heading() === 'Submitted');
    expect(element.textContent).to.contain(detail.receipt.code).and.to.contain(detail.sha256);
    expect(element.querySelector<HTMLAnchorElement>('a[download]')!.href).to.match(/^blob:/);
  });

  it('sends the very same package again when nothing answered', async () => {
    const sizes: string[] = [];
    const portal = createFakePortal({
      filingErrors: [Object.assign(new Error('no answer'), { name: 'OnceFormError', code: 'ERR_NETWORK', data: {} })],
    });
    const file = portal.fileDossier.bind(portal);
    portal.fileDossier = async (id, blob) => {
      sizes.push(
        `${id} ${[...new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))].join()}`,
      );
      return file(id, blob);
    };
    element = await mount('library-card', {
      client: portal,
      data: { person: { name: 'An Nguyễn', student: false }, wishes: { kind: 'day' } },
    });
    await submitWithProof(element);
    await until(() => element.querySelector('[role=status]')?.textContent.includes('waits for the connection'));
    button(element, 'Send again').click();
    await until(() => heading() === 'Submitted');
    expect(sizes).to.have.length(2);
    expect(sizes[0]).to.equal(sizes[1]);
  });

  for (const [where, assistedBy, asksSources] of [
    ['at a desk, also where nothing was taken from a source', 'officer-1', true],
    ['at a desk, also where no source is asked', 'officer-1', false],
    ['at home only for what was taken from a source', undefined, true],
  ] as const)
    it(`is sealed ${where}`, async () => {
      const portal = createFakePortal();
      const openDraft = portal.openDraft.bind(portal);
      portal.openDraft = async request => {
        const opened = await openDraft(request);
        return { ...opened, context: { ...opened.context, ...(assistedBy === undefined ? {} : { assistedBy }) } };
      };
      const name = { pointer: '/person/name', concept: 'person.fullName' } as const;
      const item = {
        ...name,
        subject: 'applicant',
        policy: { mode: 'choose', edit: 'free' },
        members: [{ ...name, edit: 'free', sensitivity: 'B' }],
      } as const;
      element = await mount('library-card', {
        client: portal,
        form: { ...(await loadForm('library-card')), reuse: asksSources ? [item] : [] },
        data: { person: { name: 'An Nguyễn', student: false }, wishes: { kind: 'day' } },
      });
      await submitWithProof(element);
      await until(() => heading() === 'Submitted');
      const done = portal.calls.filter(call => ['seal', 'fileDossier'].includes(call));
      expect(done).to.deep.equal(assistedBy === undefined ? ['fileDossier'] : ['seal', 'fileDossier']);
    });

  it('says of a fee what an exemption and what filing online saved, and of a receipt of before one sum', async () => {
    const exemption = { code: 'student', label: 'Student' };
    const lines = [{ charge: 'base', label: 'Fee', amount: 4, quantity: 1, basis: 'Rule 1', exemption }];
    const about = { currency: 'EUR', total: 4, saved: 6, lines };
    const read = async (fee: ReceiptFee): Promise<string> => {
      const portal = createFakePortal();
      const file = portal.fileDossier.bind(portal);
      portal.fileDossier = async (id, blob) => ({ ...(await file(id, blob)), fee });
      element = await mount('library-card', {
        client: portal,
        data: { person: { name: 'An Nguyễn', student: false }, wishes: { kind: 'day' } },
      });
      await submitWithProof(element);
      await until(() => heading() === 'Submitted');
      const said = element.textContent.replaceAll(/\s+/g, ' ');
      element.remove();
      return said;
    };
    const both = await read({ ...about, savedBy: { exemption: 5, online: 1 } });
    expect(both).to.contain('Your exemption or reduction saves you €5.00.');
    expect(both).to.contain('Filing online saves you €1.00 compared with the counter.');
    const one = await read({ ...about, savedBy: { exemption: 6, online: 0 } });
    expect(one).to.contain('saves you €6.00').and.not.to.contain('Filing online');
    expect(await read(about))
      .to.contain('You pay €6.00 less.')
      .and.not.to.contain('saves you');
  });

  it('waits, and sends by itself, where code that filing needs did not come though the browser is online', async () => {
    const form = await loadForm('library-card');
    let there = false;
    element = await mount('library-card', {
      client: createFakePortal(),
      form: {
        ...form,
        documents: async () => {
          if (!there) throw new TypeError('Failed to fetch dynamically imported module');
          return form.documents();
        },
      },
      data: { person: { name: 'An Nguyễn', student: false }, wishes: { kind: 'day' } },
    });
    await submitWithProof(element);
    await until(() => element.querySelector('[role=status]')?.textContent.includes('waits for the connection'));
    there = true;
    await until(() => heading() === 'Submitted', 15_000);
  });

  it('has nothing that axe objects to, page by page', async () => {
    element = await mount('library-card', { client: createFakePortal() });
    expect(await axeFindings(element)).to.deep.equal([]);
    button(element, 'Continue').click();
    await until(() => element.querySelector('.once-summary') !== null);
    expect(await axeFindings(element), 'with errors').to.deep.equal([]);
    for (const step of ['page:wishes', 'papers', 'review']) {
      element.desk!.journey!.goTo(step);
      await element.updateComplete;
      expect(await axeFindings(element), step).to.deep.equal([]);
    }
  });
});
