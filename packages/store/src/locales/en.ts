// What the store says to citizens, in English: the usage log, and what related people are called.

import type { UsageWords } from '../usage-words.ts';

export const en: UsageWords = {
  answered: '{requester} got {used} from {sources}, for: {purpose}.',
  partial: '{requester} got {used} from {sources}, for: {purpose}. Something that was asked for could not be had.',
  failed: '{requester} asked {sources} for {asked} and got nothing. Purpose: {purpose}.',
  interrupted:
    '{requester} began to ask for {asked} and was interrupted. What came of it is not known. Purpose: {purpose}.',
  refused: '{requester} asked for {asked}. That was refused: {reason}. Nothing was given.',
  sealed: 'You took over {used} into your form at {requester}. Purpose: {purpose}.',
  disputed: 'You took over {used} into your form at {requester} and reported that something in it is wrong.',
  kept: 'At your wish {requester} keeps {used} for your next forms.',
  withdrawn: 'Your agreement for {requester} ended: {reason}. What had been fetched was deleted.',
  declared: 'What the other party declared themselves',
  nextForms: 'to fill in your next forms',
  more: '{count} more',
  nobody: 'no register',
  nothing: 'nothing',
  relations: {
    self: 'yourself',
    spouse: 'your spouse',
    child: 'your child',
    parent: 'your parent',
    represents: 'the organisation you act for',
    principal: 'the person you act for',
  },
  reasons: {
    ERR_OVER_ASK: 'the form is not allowed to ask for it',
    ERR_CONSENT_REQUIRED: 'you had not agreed to it',
    ERR_UNAUTHENTICATED: 'the sign-in was not sure enough',
    ERR_SEAL_FORM: 'the form was out of date',
    ERR_RATE_LIMITED: 'it was asked too often',
    ERR_SUBJECT_DENIED: 'it was another person\u2019s case',
    withdrawn: 'you took it back',
    expired: 'its time was over',
    other: 'it was not allowed',
  },
};
