import { expect } from 'chai';
import type { OnceForm } from './once-form.ts';
import { control, mount, type } from './testing/open.ts';

let element: OnceForm;
afterEach(() => element.remove());

const at = (pointer: string): HTMLElement | null =>
  element.renderRoot.querySelector<HTMLElement>(`[data-pointer="${pointer}"]`);
const shown = (pointer: string): boolean => at(pointer) !== null && at(pointer)!.getClientRects().length > 0;
const tick = (pointer: string): void => control(element, pointer).click();

describe('a group that is not asked for the moment', () => {
  it('is drawn when it is asked first, hidden when it is not, and the same elements come back', async () => {
    element = await mount('moving');
    expect(at('/place/city')).to.equal(null);
    tick('/abroad');
    expect(shown('/place/city')).to.equal(true);
    const city = control(element, '/place/city');
    type(city, 'Vientiane');
    tick('/abroad');
    expect(shown('/place/city')).to.equal(false);
    expect(element.currentSession!.state.data).to.not.have.property('place');
    expect(city.closest('[hidden]')).to.not.equal(null);
    tick('/abroad');
    expect(control(element, '/place/city')).to.equal(city);
    expect(city.value).to.equal('Vientiane');
  });

  it('shows what changed while it was hidden', async () => {
    element = await mount('moving');
    type(control(element, '/country'), 'Lao');
    tick('/abroad');
    type(control(element, '/place/city'), 'Vientiane');
    expect(at('/place/again')!.textContent).to.contain('Lao');
    tick('/abroad');
    type(control(element, '/country'), 'Thailand');
    tick('/abroad');
    expect(at('/place/again')!.textContent).to.contain('Thailand');
  });

  it('keeps a group within it apart: what stops being asked meanwhile does not come back', async () => {
    element = await mount('moving');
    tick('/abroad');
    tick('/place/insured');
    expect(shown('/place/insurance/number')).to.equal(true);
    tick('/abroad');
    element.currentSession!.dispatch({ changes: { set: '/place/insured', value: false }, userEvent: 'input' });
    tick('/abroad');
    expect(shown('/place/city')).to.equal(true);
    expect(shown('/place/insurance/number')).to.equal(false);
    tick('/place/insured');
    expect(shown('/place/insurance/number')).to.equal(true);
  });

  it('is not filed, not counted and not in the tab order while it is hidden', async () => {
    element = await mount('moving');
    tick('/abroad');
    tick('/abroad');
    await element.desk!.journey!.next();
    expect(element.desk!.journey!.step.kind).to.equal('review');
  });
});
