import { expect } from 'chai';
import { html } from 'lit';
import { createFakePortal } from '../gallery/portal.ts';
import type { OnceForm } from './once-form.ts';
import type { OnceProvider } from './once-provider.ts';
import { register } from './register.ts';
import { registerWidget } from './widget.ts';
import { axeFindings, button, control, loadForm, mount, type, until } from './testing/open.ts';

describe('isolation="shadow"', () => {
  it('puts one shadow root around the whole form; labels, descriptions and the summary still work', async () => {
    const element = await mount('library-card', { isolation: 'shadow', theme: '/once.css' });
    const root = element.shadowRoot!;
    expect(root.querySelectorAll('*').length).to.be.greaterThan(20);
    expect([...root.querySelectorAll('*')].filter(node => node.shadowRoot !== null)).to.deep.equal([]);
    const name = control(element, '/person/name');
    expect(name.labels![0]!.textContent).to.contain('Full name');
    type(name, 'An');
    expect((element.currentSession!.state.data as { person: unknown }).person).to.deep.equal({ name: 'An' });
    button(element, 'Continue').click();
    await until(() => root.activeElement?.classList.contains('once-summary'));
    root.querySelector<HTMLAnchorElement>('.once-summary a')!.click();
    await until(() => root.activeElement instanceof HTMLInputElement);
    expect(await axeFindings(element)).to.deep.equal([]);
    element.remove();
  });
});

describe('a host form', () => {
  it('sees one entry and one validity, and none of our controls', async () => {
    const host = document.createElement('form');
    document.body.append(host);
    const element = await mount('library-card', { name: 'card' }, host);
    expect(element.renderRoot.querySelector('form')).to.equal(null);
    type(control(element, '/person/name'), 'An Nguyễn');
    const entries = [...new FormData(host).entries()];
    expect(entries.map(([name]) => name)).to.deep.equal(['card']);
    expect(JSON.parse(entries[0]![1] as string).person).to.deep.equal({ name: 'An Nguyễn' });
    expect([...host.elements].filter(item => item.matches('input, select, textarea'))).to.deep.equal([]);
    expect(
      [...host.elements]
        .filter(item => item.matches('button'))
        .every(item => (item as HTMLButtonElement).type === 'button'),
    ).to.equal(true);
    await until(() => !host.checkValidity());
    element.data = undefined;
    element.currentSession!.dispatch({
      changes: [
        { set: '/person/student', value: false },
        { set: '/wishes/kind', value: 'day' },
      ],
    });
    await until(() => host.checkValidity());
    host.remove();
  });
});

describe('two forms on a page', () => {
  it('share no id', async () => {
    const one = await mount('library-card');
    const two = await mount('library-card');
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(ids.length).to.equal(new Set(ids).size);
    one.remove();
    two.remove();
  });

  it('may be of another version, under another prefix', async () => {
    expect(register()).to.contain('once-form');
    expect(register('later')).to.deep.equal([]);
    const element = document.createElement('later-form') as OnceForm;
    element.locale = 'en';
    element.form = await loadForm('library-card');
    document.body.append(element);
    await until(() => element.desk?.status === 'open');
    await element.updateComplete;
    expect(control(element, '/person/name').labels![0]!.textContent).to.contain('Full name');
    element.remove();
  });
});

describe('<once-provider>', () => {
  it('lends one form to parts that the portal arranges', async () => {
    await customElements.whenDefined('once-provider');
    const provider = document.createElement('once-provider') as OnceProvider;
    provider.locale = 'en';
    provider.form = await loadForm('library-card');
    provider.client = createFakePortal();
    const parts = Object.fromEntries(
      [
        'progress',
        'task-list',
        'error-summary',
        'page',
        'field',
        'components',
        'review',
        'receipt',
        'origin',
        'prefill',
      ].map(name => [name, document.createElement(`once-${name}`)]),
    );
    parts['page']!.setAttribute('page', 'wishes');
    parts['field']!.setAttribute('pointer', '/person/name');
    provider.append(...Object.values(parts));
    document.body.append(provider);
    await until(() => provider.desk?.status === 'open' && parts['field']!.querySelector('input') !== null);
    const box = parts['field']!.querySelector('input')!;
    type(box, 'An Nguyễn');
    expect((provider.currentSession!.state.data as { person: unknown }).person).to.deep.equal({ name: 'An Nguyễn' });
    await until(() => parts['review']!.textContent!.includes('An Nguyễn'));
    expect(parts['page']!.querySelectorAll('[data-pointer^="/wishes"]').length).to.be.greaterThan(5);
    expect(parts['task-list']!.querySelectorAll('button').length).to.equal(4);
    expect(parts['components']!.textContent).to.contain('Proof of address');
    provider.locale = 'vi';
    await until(() => parts['task-list']!.textContent!.includes('Giấy tờ'));
    expect(parts['field']!.querySelector('input')!.value).to.equal('An Nguyễn');
    provider.remove();
  });
});

describe('a custom widget', () => {
  it('takes ten lines, wins by rank, and is framed like any other control', async () => {
    registerWidget(
      node => (node.key === 'days' ? 20 : 0),
      c => html`
      <input type="range" min="1" max="30" id=${c.id} aria-describedby=${c.describedBy} .value=${String(c.value ?? 1)}
        @change=${(event: Event) => c.set((event.target as HTMLInputElement).valueAsNumber)}>`,
    );
    const element = await mount('library-card');
    element.desk!.journey!.goTo('page:wishes');
    await element.updateComplete;
    const range = control(element, '/wishes/days');
    expect(range.type).to.equal('range');
    expect(range.labels![0]!.textContent).to.equal('Days');
    range.value = '12';
    range.dispatchEvent(new Event('change', { bubbles: true }));
    expect((element.currentSession!.state.data as { wishes: { days: number } }).wishes.days).to.equal(12);
    element.remove();
  });
});

describe('a third language', () => {
  it('is one table of words', async () => {
    const element = await mount('library-card', { locale: 'lo', texts: { lo: { 'action.next': 'ຕໍ່ໄປ' } } });
    expect(button(element, 'ຕໍ່ໄປ')).to.not.equal(undefined);
    expect(element.textContent).to.contain('Full name');
    element.remove();
  });
});
