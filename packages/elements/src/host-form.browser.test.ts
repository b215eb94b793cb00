// <once-form> as a member of a host's form: one entry, one validity, reset, disabled, restored.

import { expect } from 'chai';
import type { OnceForm } from './once-form.ts';
import { control, mount, type, until } from './testing/open.ts';

let host: HTMLFormElement;
let fieldset: HTMLFieldSetElement;
let element: OnceForm;

beforeEach(async () => {
  host = document.createElement('form');
  fieldset = document.createElement('fieldset');
  host.append(fieldset);
  document.body.append(host);
  element = await mount('library-card', { name: 'card', data: { person: { name: 'An' } } }, fieldset);
});
afterEach(() => host.remove());

const entries = (): string[] => [...new FormData(host).keys()];
const name = (): HTMLInputElement => control(element, '/person/name');

describe('in a host form', () => {
  it('goes back to where it began when the host is reset', async () => {
    type(name(), 'An Nguyễn');
    host.reset();
    await until(() => element.desk?.status === 'open' && name().value === 'An');
    expect((element.currentSession!.state.data as { person: object }).person).to.deep.equal({ name: 'An' });
  });

  it('can be read and not changed while a fieldset around it is disabled, and is not sent', async () => {
    element.currentSession!.dispatch({ changes: { set: '/wishes/books', value: [{ title: 'Kiều' }] } });
    fieldset.disabled = true;
    await element.updateComplete;
    await until(() => name().readOnly);
    expect(name().value).to.equal('An');
    expect(name().disabled).to.equal(false);
    expect(entries()).to.deep.equal([]);
    expect(host.checkValidity(), 'nothing to complain about').to.equal(true);
    element.desk!.journey!.goTo('page:wishes');
    await element.updateComplete;
    expect(element.querySelectorAll('.once-row')).to.have.length(1);
    expect(
      [...element.querySelectorAll('button')].filter(({ textContent }) => /^\s*(Remove|Add)/.test(textContent)),
    ).to.deep.equal([]);
    expect(element.querySelector('[data-pointer="/wishes/pickup"] input'), 'no branch to choose').to.equal(null);
    element.desk!.journey!.goTo('page:person');
    fieldset.disabled = false;
    await element.updateComplete;
    await until(() => !name().readOnly);
    expect(entries()).to.deep.equal(['card']);
  });

  it('brings back what was typed when the browser restores the page', async () => {
    type(name(), 'An Nguyễn');
    const text = JSON.stringify(element.currentSession!.state.data);
    const other = await mount('library-card', { name: 'again' }, fieldset);
    other.formStateRestoreCallback(text);
    await other.updateComplete;
    expect(control(other, '/person/name').value).to.equal('An Nguyễn');
    const early = document.createElement('once-form') as OnceForm;
    early.formStateRestoreCallback(text);
    expect(early.data, 'before there is a form').to.deep.equal(JSON.parse(text));
  });
});
