// The page of Lagoona's portal: the element, and the country passed in.

import { celEvaluator } from '@onceform/core/cel';
import { openDraftStore } from '@onceform/elements/drafts';
import { register } from '@onceform/elements/register';
import { createPortalClient } from '@onceform/store/client';
import { lagoonaPack } from '../pack.js';

Object.assign(document.querySelector('once-form'), {
  client: createPortalClient(),
  pack: lagoonaPack,
  rules: celEvaluator(lagoonaPack),
  drafts: openDraftStore(),
});
register();
