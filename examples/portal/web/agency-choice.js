// Which agency the dossier goes to. Where several may decide – the mother's commune or the father's, or any commune of the
// province – the citizen chooses; the choice is kept with the draft, sealed, and judged when the dossier is filed.

import { applySeal, contextSlot, decisions, nodeAt, partOf, prefillSlot, setContext } from '@onceform/core';
import { readSeal } from '@onceform/store/client';
import { html, render } from 'lit';
import { followedDraft } from './followed-draft.js';
import { api, say, t } from './page.js';

/** More than these stand in a list, not beside each other. */
const FEW = 4;

/**
 * @param {import('@onceform/store/client').PortalClient} client
 * @param {typeof import('@onceform/vn/browser')} country
 * @returns the section to show beside the form, the client and the pack for it: its paper names the chosen agency.
 */
export function agencyChoice(client, country) {
  const section = document.createElement('section');
  section.className = 'agency-choice';
  section.hidden = true;
  let draft = null,
    agencies = [],
    chosen = null,
    asked = '',
    followed,
    message = '',
    timer;

  const codesOf = ({ procedure }) => procedure?.parts?.map(({ code }) => code) ?? [procedure?.code];
  const current = () => agencies.find(({ code }) => code === chosen) ?? agencies[0];

  const draw = () => {
    section.hidden = agencies.length === 0;
    if (agencies.length > 0)
      render(
        agencies.length === 1
          ? html`<p>${t('agency.to')} <strong>${say(agencies[0].name)}</strong></p>`
          : html`<details><summary>${t('agency.to')} <strong>${say(current().name)}</strong> <span class="change">${t('agency.change')}</span></summary>
            ${choices()}</details><p role="status">${message}</p>`,
        section,
      );
  };
  const choices = () => html`<p>${t('agency.lead')}</p>
    ${
      agencies.length > FEW
        ? html`<label>${t('agency.choose')}
      <select data-part="agency" @change=${({ target }) => choose(target.value)}>
        ${agencies.map(agency => html`<option value=${agency.code} ?selected=${agency === current()}>${nameOf(agency)}</option>`)}
      </select></label>`
        : html`<fieldset data-part="agency"><legend>${t('agency.choose')}</legend>
      ${agencies.map(
        agency => html`<label><input type="radio" name="agency" value=${agency.code} .checked=${agency === current()}
          @change=${() => choose(agency.code)}> ${nameOf(agency)}</label>`,
      )}</fieldset>`
    }`;

  /** With the answer that speaks for it: "Ủy ban nhân dân xã … (Mẹ)". */
  const nameOf = ({ name, because }) => {
    const { form } = followed;
    const node = because === '' ? undefined : nodeAt(form, `/${because.split('/')[1]}`, () => null);
    return node?.title === undefined ? say(name) : `${say(name)} (${say(node.title)})`;
  };

  /** Asks who may decide, with the answers that say where and no others, when one of them changed. */
  const ask = async () => {
    const { form, state } = followed;
    const data = partOf(state.data, country.placesThatDecide(codesOf(form)));
    const key = JSON.stringify([draft, data]);
    if (key === asked || draft === null) return;
    asked = key;
    const found = await api(`/api/drafts/${draft}/agencies`, { method: 'POST', body: { data } });
    // Until an answer speaks for one there is nothing to propose.
    agencies = found.agencies[0]?.because === '' ? [] : found.agencies;
    chosen = found.chosen;
    // What was chosen before may not decide any more: the answers were changed since.
    if (chosen !== null && !agencies.some(({ code }) => code === chosen) && agencies.length > 0) await keep(null);
    else if (chosen !== null) name(chosen);
    draw();
  };
  const name = code => {
    if (followed.state.read(contextSlot).agency !== code) followed.dispatch(setContext({ agency: code }));
  };

  const keep = async code => {
    await api(`/api/drafts/${draft}/agency`, { method: 'PUT', body: { agency: code } });
    chosen = code;
    const { state } = followed;
    // What was sealed names the agency too: it is sealed anew.
    if (state.read(prefillSlot).seal !== null)
      followed.dispatch(applySeal(readSeal((await client.seal({ draft, decisions: decisions(state) })).seal)));
    else if (code !== null) name(code);
  };
  const choose = async code => {
    try {
      await keep(code);
      message = t('agency.kept', { name: say(current().name) });
    } catch (error) {
      message = error.message;
    }
    draw();
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => (asked = '')), 400);
  };
  // A form has its session once it is open, and another one in another language.
  document.addEventListener('once-session', ({ detail: { session } }) => {
    followed = session;
    asked = '';
    session.subscribe(later);
    later();
  });

  return {
    section,
    client: followedDraft(client, id => {
      draft = id;
      if (followed !== undefined) later();
    }),
    pack: {
      ...country,
      paper: country.paperTo(() => (current() === agencies[0] ? null : current().name)),
    },
  };
}
