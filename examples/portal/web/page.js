// What every page has: language, session, header and footer.

import { createPortalClient } from '@onceform/store/client';
import { html, nothing, render } from 'lit';
import { words } from './words.js';

export const client = createPortalClient();

const asked = new URLSearchParams(location.search).get('lang');
if (asked === 'vi' || asked === 'en') keep(asked);
export const locale = asked === 'vi' || asked === 'en' ? asked : kept();

/** The pages' text of a key, with `{names}` filled in. */
export function t(key, params = {}) {
  const text = words[locale][key] ?? key;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

/** Picks the language of a text of the API. */
export function say(text) {
  return typeof text === 'string' ? text : (text?.[locale] ?? text?.vi ?? Object.values(text ?? {})[0] ?? '');
}

/** A moment, or a day where only the day is known. */
export function when(time) {
  return new Intl.DateTimeFormat(locale === 'vi' ? 'vi-VN' : 'en-GB', {
    dateStyle: 'medium',
    ...(time.length === 10 ? { timeZone: 'UTC' } : { timeStyle: 'short', timeZone: 'Asia/Ho_Chi_Minh' }),
  }).format(new Date(time));
}

/** An address of the portal's API; a refusal is thrown with its sentence for people. */
export async function api(path, { method = 'GET', as = 'json', body } = {}) {
  const headers = method === 'GET' ? {} : { 'X-OnceForm-CSRF': (await session()).csrf };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok) return response.status === 204 ? null : response[as]();
  const problem = await response.json().catch(() => null);
  throw Object.assign(new Error(problem ? say(problem.message) : `${response.status}`), {
    status: response.status,
    code: problem?.code,
  });
}

/** What the page is about. */
let heading = '';

let current;
export function session() {
  return (current ??= client.session());
}

/** Draws header and footer around the page's `<main>`. `active` is the address of the page in the menu. */
export async function frame(active, title) {
  document.documentElement.lang = locale;
  heading = title;
  document.title = `${title} · ${t('app.name')}`;
  const info = await session().catch(() => null);
  render(header(active, info), document.querySelector('header'));
  render(
    html`<p>${t('app.demo')}</p><p>${t('footer.text')} <a href="/reuse">${t('nav.reuse')}</a></p>`,
    document.querySelector('footer'),
  );
  return info;
}

export function signInLink(info, text = t('session.in')) {
  const query = new URLSearchParams({ return: location.pathname, ui_locales: locale });
  return html`<a class="button" href="${info.signInPath}?${query}">${text}</a>`;
}

/** The page's content, or why it cannot be shown. */
export function show(template) {
  render(template, document.querySelector('main'));
}

/** A page that cannot be shown says what it would have been about, and why. */
export function showTrouble(error) {
  show(html`<h1>${heading}</h1>${trouble(error)}`);
}

export function trouble(error) {
  return html`<section class="card alert" role="alert"><h2>${t('error.title')}</h2><p>${say(error.data?.problem?.message) || error.message}</p>
    <button class="button" @click=${() => location.reload()}>${t('error.retry')}</button></section>`;
}

function header(active, info) {
  const link = (href, key) => html`<a href=${href} aria-current=${href === active ? 'page' : nothing}>${t(key)}</a>`;
  const other = locale === 'vi' ? 'en' : 'vi';
  return html`
    <a class="skip" href="#main">${t('skip')}</a>
    <div class="bar">
      <a class="brand" href="/">${emblem()}<span><strong>${t('app.name')}</strong><small>${t('app.sub')}</small></span></a>
      <div class="rest" id="menu">
        <nav aria-label=${t('nav.label')}>${link('/', 'nav.forms')}${link('/dossiers', 'nav.dossiers')}${link('/papers', 'nav.papers')}${link('/usage', 'nav.usage')}</nav>
        <div class="who">
          <a class="language" href="?lang=${other}" lang=${other} hreflang=${other}>${other === 'vi' ? 'Tiếng Việt' : 'English'}</a>
          ${
            !info?.person
              ? nothing
              : html`
          <span class="person"><strong>${info.person.name}</strong><small>${t('session.level', { level: info.person.identityLevel })}</small></span>
          ${actingFor(info.person)}
          <button class="button quiet" @click=${() => signOut(info)}>${t('session.out')}</button>`
          }
        </div>
      </div>
      ${info === null || info.person !== null ? nothing : signInLink(info)}
      <button class="menu" aria-expanded="false" aria-controls="menu" @click=${toggleMenu}><span aria-hidden="true">☰</span><span class="unseen">${t('nav.menu')}</span></button>
    </div>`;
}

/** On a phone all but the name of the site and the sign-in stands in a menu. */
function toggleMenu({ currentTarget }) {
  const open = currentTarget.getAttribute('aria-expanded') !== 'true';
  currentTarget.setAttribute('aria-expanded', String(open));
}

function emblem() {
  return html`<svg viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">
    <rect class="sheet" x="7" y="4" width="26" height="32" rx="4"></rect>
    <path class="line" d="M13 13h14M13 19h14M13 25h7"></path>
    <path class="tick" d="m19 27 4 4 8-9"></path>
  </svg>`;
}

/** For whom one acts, where there is a choice. Whatever is open on the page was begun for the one before: it is reloaded. */
function actingFor({ name, mandates = [], actingFor: now }) {
  if (mandates.length === 0) return nothing;
  const choose = async ({ target }) => {
    await api('/api/session/acting-for', { method: 'PUT', body: { organisation: target.value || null } });
    location.reload();
  };
  return html`<label class="acting"><span>${t('session.for')}</span>
    <select @change=${choose}>
      <option value="">${t('session.self', { name })}</option>
      ${mandates.map(({ organisation: { id, name: title } }) => html`<option value=${id} ?selected=${now?.organisation.id === id}>${title}</option>`)}
    </select></label>`;
}

async function signOut({ signOutPath }) {
  // The identity provider's session ends too, where it offers that.
  location.assign((await api(signOutPath, { method: 'POST' })).goTo);
}

function kept() {
  try {
    return localStorage.getItem('onceform-language') === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi'; // storage is switched off: the language is asked for in the address
  }
}

function keep(language) {
  try {
    localStorage.setItem('onceform-language', language);
  } catch {
    /* as above */
  }
}
