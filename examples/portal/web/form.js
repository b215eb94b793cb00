// A form of the portal in one element. Everything below is what embedding takes.

import { celEvaluator } from '@onceform/core/cel';
import { openDraftStore } from '@onceform/elements/drafts';
import { offlineClient } from '@onceform/elements/offline';
import { register } from '@onceform/elements/register';
import * as pack from '@onceform/vn/browser';
import { html } from 'lit';
import { agencyChoice } from './agency-choice.js';
import { coDeclarants } from './co-declarants.js';
import { demoPanel } from './demo-panel.js';
import { deskOf } from './desk.js';
import { client, frame, locale, say, show, showTrouble, t } from './page.js';

register();
const slug = location.pathname.split('/').pop();
const info = await client.form(slug).catch(async error => {
  await frame('', t('form.failed'));
  showTrouble(error);
});
if (info !== undefined) await open(info);

async function open(info) {
  await frame('', say(info.title));
  const theForm = () => document.querySelector('once-form');
  const desk = await deskOf(theForm);
  const drafts = openDraftStore();
  const { client: followed, section } = coDeclarants(offlineClient(client, drafts), theForm);
  const agency = agencyChoice(followed, pack);
  show(html`
    <p class="crumb"><a href="/">← ${t('form.back')}</a></p>
    ${desk}
    ${agency.section}
    <once-form src="/api/forms/${slug}" .locale=${locale} .client=${agency.client} .pack=${agency.pack} .rules=${celEvaluator(pack)} .drafts=${drafts}></once-form>
    ${section}`);
  demoPanel(theForm());
}
