// Somebody was invited to declare their part of a form. They sign in themselves, see their part only, and confirm or
// refuse it. What they say reaches the other person when they confirm, and not before.

import { partForm } from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { readPackage } from '@onceform/dossier';
import { register } from '@onceform/elements/register';
import * as pack from '@onceform/vn/browser';
import { html, nothing } from 'lit';
import { api, client, frame, locale, say, show, showTrouble, signInLink, t, when } from './page.js';

const KEPT = 'onceform-invitation';
register();
const info = await frame('', t('invited.title'));
const token = remembered();
if (token === null) show(html`<h1>${t('invited.title')}</h1><p>${t('invited.none')}</p>`);
else if (!info?.person) {
  show(html`<h1>${t('invited.title')}</h1><section class="card"><p>${t('invited.lead')}</p>
    ${info === null ? nothing : signInLink(info)}</section>`);
} else {
  try {
    await open(await api('/api/invitations/accept', { method: 'POST', body: { token } }));
  } catch (error) {
    if (error.code === 'ERR_CONSENT_REQUIRED') end('invited.over');
    else showTrouble(error);
  }
}

/** The secret of the link. It survives the sign-in in this tab, and is in no address that a server sees. */
function remembered() {
  const fresh = location.hash.slice(1);
  if (fresh !== '') {
    sessionStorage.setItem(KEPT, fresh);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEPT);
}

async function open(part) {
  const form = partForm(await client.loadForm(await client.form(part.form)), part.pointers);
  let decisions = [];
  const own = {
    ...client,
    loadForm: async () => form,
    openDraft: async () => part.opened,
    seal(request, ...more) {
      decisions = request.decisions;
      return client.seal(request, ...more);
    },
    // What the form would file is what this person declares.
    async fileDossier(_id, blob) {
      const reader = await readPackage(new Uint8Array(await blob.arrayBuffer()));
      const { $context: _context, ...data } = JSON.parse(
        new TextDecoder().decode(await reader.bytes('data/form.json')),
      );
      await api(`/api/invitations/${part.id}/part`, { method: 'PUT', body: { data, decisions } });
      sessionStorage.removeItem(KEPT);
      end('invited.confirmed');
      return new Promise(() => {});
    },
  };
  for (const name of ['drafts', 'loadDraft', 'saveDraft', 'removeDraft', 'upload', 'composeDossier', 'filedDossier'])
    delete own[name];
  show(html`
    <h1>${say(form.title)}</h1>
    <section class="card">
      <p>${t('invited.by', { name: part.from ?? '' })}</p>
      <p>${t('invited.rule', { part: say(part.title), time: when(part.expires) })}</p>
      <p><button class="button quiet" data-act="refuse" @click=${() => refuse(part.id)}>${t('invited.refuse')}</button></p>
    </section>
    <once-form src="/api/forms/${part.form}" .locale=${locale} .client=${own} .pack=${pack} .rules=${celEvaluator(pack)}></once-form>`);
}

async function refuse(id) {
  if (!confirm(t('invited.sure'))) return;
  try {
    await api(`/api/invitations/${id}/refuse`, { method: 'POST' });
    sessionStorage.removeItem(KEPT);
    end('invited.refused');
  } catch (error) {
    showTrouble(error);
  }
}

function end(key) {
  show(html`<section class="card"><h1>${t('invited.title')}</h1><p role="status">${t(key)}</p>
    <p><a class="button" href="/usage">${t('nav.usage')}</a></p></section>`);
}
