// Answers that a desk copied from paper, each marked until an officer says that it is as on the paper, or what stands
// there instead. The question is the form's own, so that a correction is chosen and checked as the citizen would.

import { jsonEqual, nodeAt, openForm, setContext, valueAt } from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { readPackage } from '@onceform/dossier';
import * as pack from '@onceform/vn/browser';
import { html, nothing, render } from 'lit';
import { api, client, locale, say, t, when } from './page.js';

/** Draws the marked answers of a dossier into `place`, and again after each verdict, of which `checked` is told. */
export async function markedEntries(place, uuid, checked) {
  const path = `/api/agency/dossiers/${uuid}/entries`;
  const [found, dossier] = await Promise.all([api(path), packageOf(uuid)]);
  let entries = dossier.inOrder(found),
    correcting = null,
    message = '';

  const draw = () => {
    const waiting = entries.filter(({ check }) => check === null);
    render(
      entries.length === 0
        ? html`<p>${t('entries.none')}</p>`
        : html`<p role="status"><strong>${waiting.length === 0 ? t('entries.done') : t('entries.waiting', { count: waiting.length, all: entries.filter(({ computed }) => !computed).length })}</strong></p>
      <p role="alert">${message}</p>
      <ul class="findings">${entries.map(entry => html`<li class=${entry.check === null ? 'not-checked' : 'ok'} data-pointer=${entry.pointer}>${row(entry)}</li>`)}</ul>
      ${waiting.length < 2 ? nothing : html`<p><button class="button quiet" @click=${() => send(waiting.map(({ pointer }) => ({ pointer })))}>${t('entries.all', { count: waiting.length })}</button></p>`}`,
      place,
    );
  };

  const row = ({ pointer, check, computed = false }) => {
    const { label, text } = dossier.text(pointer);
    const said =
      check === null
        ? html`<strong class="mark">${t('entries.marked')}</strong>`
        : html`<span class="good">${verdict(pointer, check, computed)}</span>`;
    return html`<p class="answer"><span>${label}</span> <b>${text}</b></p>
      <p class="actions">${said}${computed || correcting?.pointer === pointer ? nothing : actions(pointer, label, check)}</p>
      ${correcting?.pointer === pointer ? correction(correcting) : nothing}`;
  };

  const verdict = (pointer, { value, reason, name, at }, computed) => {
    const what = computed
      ? value === null
        ? 'uncomputed'
        : 'computed'
      : value === undefined
        ? 'checked'
        : 'corrected';
    return t(`entries.${what}`, { name, time: when(at), reason, value: dossier.say(pointer, value) });
  };

  const actions = (pointer, label, check) => html`
    ${check === null ? html`<button class="button quiet" data-act="right" @click=${() => send([{ pointer }])}>${t('entries.right')}<span class="unseen"> ${label}</span></button>` : nothing}
    <button class="button quiet" data-act="correct" @click=${() => correct(pointer)}>${t('entries.correct')}<span class="unseen"> ${label}</span></button>`;

  const correction = ({ pointer, session }) =>
    session === null
      ? html`<p>${t('entries.noForm')}</p>`
      : html`<form @submit=${event => save(event)}>
    <once-provider .session=${session} .locale=${locale} .pack=${pack}><once-field pointer=${pointer}></once-field></once-provider>
    <p><label>${t('entries.reason')} <textarea name="reason" rows="2" maxlength="2000" required></textarea></label></p>
    <p class="actions"><button class="button">${t('entries.save')}</button>
      <button class="button quiet" type="button" @click=${() => correct(null)}>${t('entries.cancel')}</button></p></form>`;

  const correct = pointer => {
    correcting = pointer === null ? null : { pointer, session: dossier.open(entries) };
    message = '';
    draw();
  };

  const save = event => {
    event.preventDefault();
    const { pointer, session } = correcting;
    const value = valueAt(session.state.data, pointer);
    if (value !== undefined) return send([{ pointer, value, reason: event.target.elements.reason.value.trim() }]);
    message = t('entries.empty');
    return draw();
  };

  const send = async verdicts => {
    try {
      entries = dossier.inOrder(await api(path, { method: 'POST', body: { entries: verdicts } }));
      correcting = null;
      message = '';
      checked();
    } catch (error) {
      message = error.message;
    }
    draw();
  };

  draw();
}

/** What the package says of its answers, and the form they were given in, where the portal still has that version. */
async function packageOf(uuid) {
  const reader = await readPackage(
    new Uint8Array(await api(`/api/agency/dossiers/${uuid}/package`, { as: 'arrayBuffer' })),
  );
  const read = async path => JSON.parse(new TextDecoder().decode(await reader.bytes(path)));
  const manifest = await read('dossier.json');
  const at = role => manifest.files.find(file => file.role === role)?.path;
  const data = await read(at('data'));
  const rows = new Map(
    at('texts') === undefined
      ? []
      : (await read(at('texts'))).sections.flatMap(({ rows }) => rows.map(row => [row.pointer, row])),
  );
  const { $context: context, ...answers } = data;
  const order = [...rows.keys()];
  const info = (await client.forms()).find(({ digest }) => digest === manifest.form.digest);
  const form = info === undefined ? null : await client.loadForm(info, locale);
  return {
    /** The form with the answers as they stand after all corrections; null where the portal has another version by now. */
    open(entries) {
      if (form === null) return null;
      const session = openForm(form, { data: answers, locale, pack, rules: celEvaluator(pack) });
      session.dispatch(setContext(context));
      for (const { pointer, check, computed } of entries)
        if (check?.value !== undefined && !computed)
          session.dispatch({ changes: { set: pointer, value: check.value } });
      return session;
    },
    inOrder: entries => entries.toSorted((a, b) => order.indexOf(a.pointer) - order.indexOf(b.pointer)),
    /** Another value in words: an option by its label. */
    say(pointer, value) {
      const node = form === null ? undefined : nodeAt(form, pointer, () => 0);
      const option = node?.options?.find(one => jsonEqual(one.value, value));
      if (option !== undefined) return say(option.label);
      return typeof value === 'boolean' ? t(`entries.${value}`) : String(value);
    },
    text(pointer) {
      const row = rows.get(pointer);
      return row === undefined
        ? { label: pointer, text: String(valueAt(data, pointer)) }
        : { label: [...row.within, row.label].join(' – '), text: row.text };
    },
  };
}
