// Complaints about a use of one's data: made beside the entry of the log, followed in a list of their own.

import { html, nothing, render } from 'lit';
import { api, say, t, when } from './page.js';

/** The list for the signed-in citizen; nothing where nobody complained. */
export async function complaints(notice) {
  const list = await api('/api/complaints');
  if (list.length === 0) return nothing;
  return html`
    <h2 id="complaints">${t('complaints.title')}</h2><p>${t('complaints.lead')}</p>
    <p role="status" data-part="complaint-notice">${notice ?? nothing}</p>
    <ul class="cards" data-part="complaints">${list.map(
      ({ said, time, text, status, opened, answer, answered }) => html`<li class="card">
      <h3>${say(said)}</h3>
      <p><strong class=${status === 'answered' ? 'status' : 'status over'}>${t(`complaint.${status}`)}</strong></p>
      <dl>
        <div><dt>${t('complaint.use')}</dt><dd>${when(time)}</dd></div>
        <div><dt>${t('complaint.made')}</dt><dd>${when(opened)}</dd></div>
        <div><dt>${t('complaint.text')}</dt><dd>${text}</dd></div>
        ${
          answer === null
            ? nothing
            : html`<div><dt>${t('complaint.answer')}</dt><dd>${answer}</dd></div>
        <div><dt>${t('complaint.answeredOn')}</dt><dd>${when(answered)}</dd></div>`
        }
      </dl></li>`,
    )}</ul>`;
}

/** What stands beside an entry of the log. `draw` shows the page anew with a notice. */
export function complainButton({ no, said }, draw) {
  return html`<details class="complain"><summary aria-label=${t('complaint.openThis', { said: say(said) })}>${t('complaint.open.action')}</summary>
    <form @submit=${event => send(event, no, draw)}>
      <label for="complaint-${no}">${t('complaint.label')}</label>
      <textarea id="complaint-${no}" name="text" rows="3" maxlength="2000" required></textarea>
      <p class="refusal" role="alert"></p>
      <button class="button quiet">${t('complaint.send')}</button>
    </form></details>`;
}

async function send(event, entry, draw) {
  event.preventDefault();
  const form = event.target;
  const refusal = form.querySelector('.refusal');
  const text = form.elements.text.value.trim();
  if (text === '') {
    render(t('complaint.empty'), refusal);
    form.elements.text.focus();
    return;
  }
  try {
    await api('/api/complaints', { method: 'POST', body: { entry, text } });
  } catch (error) {
    // What was written stays.
    render(error.message, refusal);
    return;
  }
  form.closest('details').open = false;
  form.reset();
  await draw({ complaints: t('complaint.sent') });
  document.getElementById('complaints').scrollIntoView();
}
