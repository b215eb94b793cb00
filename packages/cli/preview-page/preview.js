// The page of `onceform preview`: the form as citizens meet it, and beside it what its writer wants to know. When the file
// is saved the page loads again, with what was typed, at the step where it was.

import { celEvaluator } from '@onceform/core/cel';
import { register } from '@onceform/elements/register';
import { createPortalClient } from '@onceform/store/client';
import * as vn from '@onceform/vn/browser';
import { html, nothing, render } from 'lit';
import { words } from './words.js';

/** As many findings stand there at once. */
const SHOWN = 20;
const KEPT = 'onceform-preview';

register();
/** `{ language, persona, test, phone, answers, step }`: of this tab. */
const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
let state = await stateNow(),
  hasEnded = false;
const language = state.form.languages.includes(kept.language) ? kept.language : state.form.languages[0];
const said = words[language] ?? words.en;
const t = (key, values = {}) => said[key].replaceAll(/\{(\w+)\}/g, (_all, name) => values[name]);
const say = text => (typeof text === 'string' ? text : (text[language] ?? Object.values(text)[0]));
document.documentElement.lang = language;
document.title = `${say(state.form.title)} · ${t('preview')}`;

// The portal is a new one after each change: whoever was signed in is so again.
if (kept.persona !== undefined) await fetch(`/auth/sign-in?persona=${encodeURIComponent(kept.persona)}`);

const pack = state.pack === 'vn' ? vn : undefined;
const form = document.createElement('once-form');
Object.assign(form, {
  src: `/api/forms/${state.form.slug}`,
  locale: language,
  client: createPortalClient(),
  rules: celEvaluator(pack),
  ...(pack === undefined ? {} : { pack }),
  ...(kept.answers === undefined ? {} : { data: kept.answers }),
});
form.addEventListener(
  'once-session',
  () => {
    const { journey } = form.desk;
    if (journey.steps.some(({ id }) => id === kept.step)) journey.goTo(kept.step);
  },
  { once: true },
);
// There is no sign-in page: somebody is signed in, and another one can be chosen above.
form.addEventListener('click', event => {
  if (event.target.closest('a[href^="/auth/sign-in"]') === null || state.people.length === 0) return;
  event.preventDefault();
  keep({ persona: kept.persona ?? state.people[0].slug }, { reload: true });
});
draw();

const changes = new EventSource('/preview/changes');
changes.addEventListener('message', look);
changes.addEventListener('error', () => {
  hasEnded = true;
  draw();
});
changes.addEventListener('open', () => {
  if (hasEnded) keep({}, { reload: true }); // another portal, that knows nothing of this page
});

/** Another form: the page loads again. The same one: what stands beside it is drawn anew. */
async function look() {
  const before = state.edition;
  state = await stateNow();
  if (state.edition === before) draw();
  else keep({}, { reload: true });
}

async function stateNow() {
  return (await fetch('/preview/state')).json();
}

/** Remembers what was chosen and typed, for when the page loads again; `answers: undefined` forgets what was typed. */
function keep(change, { reload }) {
  const { $context: _, ...answers } = form.currentSession?.state.data ?? {};
  const step = form.desk?.journey?.step.id;
  const next = { ...kept, ...(Object.keys(answers).length === 0 ? {} : { answers }), step, ...change };
  sessionStorage.setItem(KEPT, JSON.stringify(next));
  Object.assign(kept, next);
  if (reload) location.reload();
  else draw();
}

function asTest(name) {
  const test = state.tests.find(each => each.name === name);
  const persona = test?.persona ?? kept.persona;
  keep({ test: name === '' ? undefined : name, answers: test?.answers, step: undefined, persona }, { reload: true });
}

function draw() {
  const { trouble, people, tests } = state;
  const choice = (label, value, options, choose) =>
    html`<label>${label} <select @change=${event => choose(event.target.value)}>${options.map(
      ([key, text]) => html`<option value=${key} ?selected=${key === value}>${text}</option>`,
    )}</select></label>`;
  render(
    html`<header>
      <p><strong>${t('preview')}</strong> <code>${state.file}</code></p>
      <div class="choices">
        ${choice(
          t('language'),
          language,
          state.form.languages.map(tag => [tag, nameOf(tag)]),
          value => keep({ language: value }, { reload: true }),
        )}
        ${people.length === 0 ? nothing : choice(t('person'), kept.persona ?? '', [['', t('nobody')], ...people.map(({ slug, name, about }) => [slug, `${name} – ${say(about)}`])], value => keep({ persona: value === '' ? undefined : value, step: undefined }, { reload: true }))}
        ${tests.length === 0 ? nothing : choice(t('begin'), kept.test ?? '', [['', t('empty')], ...tests.map(({ name }) => [name, name])], asTest)}
        ${choice(
          t('width'),
          kept.phone ? 'phone' : 'wide',
          [
            ['wide', t('wide')],
            ['phone', t('phone')],
          ],
          value => keep({ phone: value === 'phone' }, { reload: false }),
        )}
        <button type="button" @click=${() => keep({ answers: undefined, step: undefined, test: undefined }, { reload: true })}>${t('again')}</button>
      </div>
    </header>
    <div role="alert">${hasEnded ? html`<p class="trouble">${t('ended')}</p>` : trouble === null ? nothing : html`<p class="trouble"><strong>${t('trouble')}</strong><br>${trouble.place === null ? nothing : html`${t('place', trouble.place)}: `}${trouble.message}</p>`}</div>
    <div class="both">
      <main class=${kept.phone ? 'phone' : nothing}>${form}</main>
      <aside>${findings()}${results()}<p class="small">${t('simulated')}</p></aside>
    </div>`,
    document.body,
  );
}

function findings() {
  const { findings: all } = state;
  const order = ['error', 'warning', 'info'];
  const sorted = [...all].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return html`<h2>${t('findings')} <span class="count">${all.length}</span></h2>
    ${all.length === 0 ? html`<p>${t('none')}</p>` : nothing}
    <ul>${sorted.slice(0, SHOWN).map(
      ({ severity, message, line, column, code, fix }) => html`<li data-tone=${severity}>
        <strong>${t(severity)}</strong> <span class="small">${t('place', { line, column })}</span><br>
        <span lang="en">${message}</span>${fix === undefined ? nothing : html`<br><span lang="en">${t('fix', { what: fix.description })}</span>`}<br>
        <code class="small">${code}</code></li>`,
    )}</ul>
    ${all.length > SHOWN ? html`<p class="small">${t('more', { count: all.length - SHOWN })}</p>` : nothing}`;
}

function results() {
  const { tests } = state;
  const list = some =>
    html`<ul>${some.map(
      ({ name, ok, failures }) => html`<li data-tone=${ok ? 'ok' : 'error'}><strong>${t(ok ? 'ok' : 'failed')}</strong>
        <span lang="en">${name}</span>${failures.map(failure => html`<br><code class="small">${failure}</code>`)}</li>`,
    )}</ul>`;
  const passed = tests.filter(({ ok }) => ok);
  return html`<h2>${t('tests')} <span class="count">${tests.length}</span></h2>
    ${tests.length === 0 ? html`<p>${t('untested')}</p>` : list(tests.filter(({ ok }) => !ok))}
    ${passed.length === 0 ? nothing : html`<details><summary>${t('ok')} <span class="count">${passed.length}</span></summary>${list(passed)}</details>`}`;
}

function nameOf(tag) {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
}
