// A desk: somebody helps a citizen to declare on this machine. Who enters an answer is marked; what the helper entered waits
// until the citizen answers for it. What comes by post an officer copies: it stays marked in the dossier until it is compared
// with the paper. That it is a desk, and who helps, the portal says and seals; this page only shows it.

import { checkEntries, setActor, uncheckedEntries } from '@onceform/core';
import { html, nothing, render } from 'lit';
import { api, t, when } from './page.js';

/** The section above a form at a desk; empty on every other machine. */
export async function deskOf(form) {
  const section = document.createElement('section');
  const desk = await api('/api/desk').catch(() => null); // without a network it is none
  if (desk === null) return section;
  section.className = 'card desk';
  const seats =
    desk.channel === 'post'
      ? [{ role: 'officer', id: desk.assistedBy }]
      : [{ role: 'assistant', id: desk.assistedBy }, { role: 'citizen' }];
  let actor = seats[0];

  const draw = () => {
    const session = form()?.currentSession;
    const waiting = session === undefined ? 0 : uncheckedEntries(session.state).length;
    render(
      html`<h2>${t('desk.title', { channel: t(`desk.${desk.channel}`) })}</h2>
    ${
      seats.length === 1
        ? html`<p>${t('desk.officer')}</p>`
        : html`<fieldset><legend>${t('desk.who')}</legend>
      ${seats.map(
        one => html`<label><input type="radio" name="desk-actor" .checked=${one === actor} @change=${() => sit(one)}>
          ${t(`desk.${one.role}`)}</label> `,
      )}</fieldset>
    <p role="status">${t('desk.waiting', { count: waiting })}</p>
    ${waiting === 0 || actor.role !== 'citizen' ? nothing : html`<button class="button" @click=${confirm}>${t('desk.confirm')}</button>`}`
    }`,
      section,
    );
  };
  const sit = one => {
    actor = one;
    form()?.currentSession?.dispatch(setActor(one));
    draw();
  };
  const confirm = () => {
    form().currentSession.dispatch(checkEntries());
    draw();
  };
  // A form has its session once it is open, and another one in another language.
  document.addEventListener('once-session', ({ detail: { session } }) => {
    session.dispatch(setActor(actor));
    session.subscribe(draw);
    draw();
  });
  // What is filed is nobody's to enter any more.
  document.addEventListener('once-submit', () => section.remove());
  draw();
  return section;
}

/** Opens and closes the desk of this machine; whoever is no officer reads why not. */
export function deskSwitch() {
  const part = document.createElement('div');
  let desk = null,
    message = '';
  const draw = () =>
    render(
      html`<h2>${t('desk.switch')}</h2>
    ${
      desk === null
        ? ['in-person', 'remote', 'post'].map(
            channel =>
              html`<button class="button quiet" data-desk=${channel} @click=${() => change('PUT', { channel })}>${t(`desk.${channel}`)}</button> `,
          )
        : html`<p>${t('desk.open', { channel: t(`desk.${desk.channel}`), time: when(desk.until) })}</p>
          <button class="button quiet" data-desk="close" @click=${() => change('DELETE')}>${t('desk.close')}</button>`
    }
    <p role="status">${message}</p>
    <a class="button quiet" href="/officer">${t('officer.title')}</a>`,
      part,
    );
  const change = async (method, body) => {
    try {
      desk = await api('/api/desk', { method, ...(body === undefined ? {} : { body }) });
      message = '';
    } catch (error) {
      message = error.message;
    }
    draw();
  };
  draw();
  api('/api/desk')
    .then(found => {
      desk = found;
      draw();
    })
    .catch(() => undefined);
  return part;
}
