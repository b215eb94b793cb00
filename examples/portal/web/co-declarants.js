// A form that two people sign: the applicant invites the other, reads how far that is, and gets their part once it is
// confirmed. The link's secret stands behind the `#`, so that no log of any server ever holds it.

import { applySeal, decisions } from '@onceform/core';
import { readSeal } from '@onceform/store/client';
import { html, nothing, render } from 'lit';
import { followedDraft } from './followed-draft.js';
import { api, say, t, when } from './page.js';

/**
 * @param {import('@onceform/store/client').PortalClient} client
 * @param {() => HTMLElement & { currentSession: object } | null} formOf
 * @returns the client for the form, which tells us which draft it works on, and the section to show beside it.
 */
export function coDeclarants(client, formOf) {
  const section = document.createElement('section');
  section.className = 'co-declarants';
  const links = new Map();
  let draft = null,
    parts = [],
    message = nothing,
    timer;

  const draw = () =>
    render(
      parts.length === 0
        ? nothing
        : html`
    <h2>${t('co.title')}</h2><p>${t('co.lead')}</p>
    <ul class="cards">${parts.map(card)}</ul>
    <p role="status">${message}</p>`,
      section,
    );

  const card = ({ role, title, invitation }) => {
    const name = say(title),
      status = invitation?.status ?? 'none';
    const over = ['none', 'expired', 'refused'].includes(status);
    return html`<li class="card" data-role=${role}>
      <h3>${name}</h3>
      <p><strong class="status">${t(`co.${status}`)}</strong></p>
      ${invitation === null || over ? nothing : html`<p>${status === 'confirmed' ? t('co.decided', { time: when(invitation.decidedAt) }) : t('co.until', { time: when(invitation.expires) })}</p>`}
      ${links.has(role) && status === 'open' ? html`<p><label>${t('co.link')}<br><input readonly data-part="link" value=${links.get(role)} @focus=${event => event.target.select()}></label></p>` : nothing}
      <p>
        ${over ? html`<button class="button" data-act="invite" @click=${() => act(() => invite(role))}>${t('co.invite', { name })}</button>` : nothing}
        ${status === 'confirmed' ? html`<button class="button" data-act="take" @click=${() => act(take)}>${t('co.take')}</button>` : nothing}
        ${status === 'none' ? nothing : html`<button class="button quiet" data-act="revoke" @click=${() => act(() => revoke(invitation))}>${t('co.revoke')}</button>`}
      </p></li>`;
  };

  const act = async work => {
    try {
      message = (await work()) ?? nothing;
      await refresh();
    } catch (error) {
      message = error.message;
      draw();
    }
  };

  const invite = async role => {
    const { token } = await api(`/api/drafts/${draft}/invitations`, { method: 'POST', body: { role } });
    links.set(role, `${location.origin}/invitation#${token}`);
  };
  const revoke = ({ id }) => api(`/api/invitations/${id}`, { method: 'DELETE' }).then(() => undefined);

  /** The seal of the moment holds what was confirmed: it is put in place, locked. */
  const take = async () => {
    const session = formOf()?.currentSession;
    if (session === undefined) return t('co.later');
    const { seal } = await client.seal({ draft, decisions: decisions(session.state) });
    session.dispatch(applySeal(readSeal(seal)));
    return t('co.taken');
  };

  const refresh = async () => {
    parts = await api(`/api/drafts/${draft}/co-declarants`);
    draw();
    clearTimeout(timer);
    if (parts.some(({ invitation }) => invitation?.status === 'open' || invitation?.status === 'accepted'))
      timer = setTimeout(() => document.hidden || refresh().catch(() => undefined), 5000);
  };
  addEventListener('visibilitychange', () => {
    if (!document.hidden && draft !== null) refresh().catch(() => undefined);
  });

  const follow = id => {
    draft = id;
    refresh().catch(() => undefined);
  };
  return { section, client: followedDraft(client, follow) };
}
