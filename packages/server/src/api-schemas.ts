// The shapes of what the API takes and gives, as JSON Schema: judged on the way in, published in the OpenAPI document.

import type { JsonObject } from '@onceform/core';

const text = (maxLength: number): JsonObject => ({ type: 'string', maxLength });
const id = text(200);
const pointer: JsonObject = { type: 'string', maxLength: 500, pattern: '^(/.*)?$' };
const digest: JsonObject = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const date: JsonObject = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const time: JsonObject = { type: 'string', maxLength: 40, pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}' };
const localized: JsonObject = {
  anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: 'string' } }],
};
const nullable = (schema: JsonObject): JsonObject => ({ anyOf: [{ type: 'null' }, schema] });
const list = (items: JsonObject, maxItems = 1000): JsonObject => ({ type: 'array', items, maxItems });
const closed = (
  properties: { readonly [name: string]: JsonObject },
  required: readonly string[] = Object.keys(properties),
): JsonObject => ({ type: 'object', properties, required, additionalProperties: false });
/** Answers may gain members in later versions: readers ignore what they do not know. */
const open = (
  properties: { readonly [name: string]: JsonObject },
  required: readonly string[] = Object.keys(properties),
): JsonObject => ({ type: 'object', properties, required });

const formIdentity = closed({ id: text(500), digest });

/** How a dossier comes in that is declared at a desk. */
const deskChannel: JsonObject = { enum: ['in-person', 'remote', 'post'] };
export const deskRequest = closed({ channel: deskChannel });
export const desk = open({ channel: deskChannel, assistedBy: id, agency: id, until: time }, [
  'channel',
  'assistedBy',
  'until',
]);
export const noDesk = nullable(desk);

export const draftRequest = closed({ form: formIdentity });

export const draftOpened = open({
  draft: id,
  nonce: text(100),
  audience: text(500),
  context: open({
    today: text(10),
    identityLevel: { enum: [0, 1, 2, 3] },
    channel: text(20),
    retrieved: { type: 'object' },
  }),
});

export const agencyQuestion = closed({ data: { type: 'object' } });
export const chosenAgency = closed({ agency: nullable(id) });
export const agencyChoice = open({
  chosen: nullable(id),
  agencies: list(open({ code: id, name: localized, because: pointer }), 20_000),
});

const draftForm = open(
  {
    id: { type: 'string' },
    version: { type: 'string' },
    digest,
    state: { enum: ['current', 'superseded', 'not-valid', 'repealed'] },
    message: localized,
    replacedBy: nullable({ type: 'string' }),
  },
  ['id', 'version', 'digest', 'state'],
);

export const draftSummary = open({
  draft: id,
  form: draftForm,
  changed: time,
  expires: time,
});

export const savedDraft = open({
  draft: id,
  nonce: text(100),
  audience: text(500),
  form: draftForm,
  body: {},
});

export const prefillRequest = closed({
  draft: id,
  form: formIdentity,
  items: list(
    closed({
      item: pointer,
      concept: id,
      subject: id,
      members: list(closed({ pointer, concept: id }), 200),
    }),
    200,
  ),
  consent: closed({ purpose: text(500), given: { const: true }, time }),
});

export const sealRequest = closed({
  draft: id,
  decisions: list(
    {
      anyOf: [
        closed({ item: pointer, action: { const: 'use' }, offer: id, at: pointer }, ['item', 'action', 'offer']),
        closed({ item: pointer, action: { enum: ['keep-mine', 'decline'] } }),
        closed(
          {
            item: pointer,
            action: { const: 'dispute' },
            offer: id,
            at: pointer,
            pointer,
            reason: text(2000),
            value: {},
          },
          ['item', 'action', 'offer', 'pointer', 'reason'],
        ),
      ],
    },
    1000,
  ),
});

export const invite = closed({ role: id, meantFor: text(200) }, ['role']);
export const acceptInvitation = closed({ token: text(200) });
export const sealResponse = open({
  seal: { type: 'string' },
  keys: open({ keys: list({ type: 'object' }) }),
  tickets: list(open({ pointer, ticket: text(200) })),
});

const mandate = open({ organisation: open({ id: text(200), name: text(500) }), role: text(500), until: date }, [
  'organisation',
]);
export const actingFor = closed({ organisation: nullable(text(200)) });

export const sessionInfo = open(
  {
    csrf: { type: 'string' },
    person: nullable(
      open(
        {
          id: { type: 'string' },
          name: { type: 'string' },
          identityLevel: { enum: [0, 1, 2, 3] },
          mandates: list(mandate, 1000),
          actingFor: mandate,
        },
        ['id', 'name', 'identityLevel'],
      ),
    ),
    expires: { type: 'string', format: 'date-time' },
    signInPath: { type: 'string' },
    signOutPath: { type: 'string' },
  },
  ['csrf', 'person', 'signInPath', 'signOutPath'],
);

export const formInfo = open(
  {
    slug: { type: 'string' },
    id: { type: 'string' },
    version: { type: 'string' },
    digest,
    title: localized,
    procedureCode: nullable({ type: 'string' }),
    module: { type: 'string' },
    integrity: { type: 'string', pattern: '^sha384-' },
    languages: { type: 'object', additionalProperties: { type: 'string' } },
    code: { type: 'string' },
  },
  ['slug', 'id', 'version', 'digest', 'title', 'procedureCode', 'module', 'integrity'],
);

const finding = open({ code: { type: 'string' }, severity: { enum: ['error', 'warning', 'info'] }, message: {} });
const definition: JsonObject = { type: 'object', required: ['$id'] };
export const formCheck = closed({ definition });
export const checkedForm = open({
  id: { type: 'string' },
  version: { type: 'string' },
  digest,
  findings: list(finding),
});
export const publishRequest = closed({ definition, validFrom: date, validUntil: date }, ['definition']);
export const publishedForm = open({
  slug: { type: 'string' },
  id: { type: 'string' },
  version: { type: 'string' },
  no: { type: 'integer', minimum: 0 },
  digest,
  validFrom: nullable(date),
  validUntil: nullable(date),
  findings: list(finding),
});
export const formVersion = open({
  no: nullable({ type: 'integer', minimum: 1 }),
  version: { type: 'string' },
  digest,
  validFrom: nullable(date),
  validUntil: nullable(date),
  state: { enum: ['current', 'superseded', 'not-valid', 'repealed'] },
});
export const repealRequest = closed({ version: text(40), from: date, reason: localized, replacedBy: text(200) }, [
  'reason',
]);

export const codeListPart = open({
  id: { type: 'string' },
  digest: { type: 'string' },
  entries: list(open({ code: { type: 'string' }, label: localized }), 20_000),
});

export const sourceInfo = open({
  id: { type: 'string' },
  name: localized,
  kind: { type: 'string' },
  concepts: list({ type: 'string' }, 10_000),
  assuranceLevel: { enum: ['low', 'substantial', 'high'] },
  healthy: { type: 'boolean' },
});

export const receipt = open(
  {
    format: { const: 'https://onceform.dev/receipt/1' },
    code: { type: 'string' },
    dossier: open({ id: { type: 'string' }, sha256: digest, size: { type: 'integer' } }),
    bundle: open({ id: { type: 'string' }, no: { type: 'integer', minimum: 1 }, of: { type: 'integer', minimum: 2 } }),
    title: localized,
    receivedAt: time,
    agency: nullable({ type: 'string' }),
    receivingAgency: { type: 'string' },
    agencyNames: { type: 'object', additionalProperties: localized },
    procedure: nullable({ type: 'string' }),
    noticeBy: nullable(time),
    due: open({
      channel: { enum: ['online', 'in-person', 'remote', 'post'] },
      by: time,
      workingDays: { type: 'number', minimum: 0 },
      counterWorkingDays: { type: 'number', minimum: 0 },
    }),
    fee: open(
      {
        currency: { type: 'string', pattern: '^[A-Z]{3}$' },
        total: nullable({ type: 'integer', minimum: 0 }),
        saved: nullable({ type: 'integer', minimum: 0 }),
        savedBy: open({
          exemption: { type: 'integer', minimum: 0 },
          online: { type: 'integer', minimum: 0 },
        }),
        lines: list(
          open(
            {
              charge: { type: 'string' },
              label: localized,
              amount: nullable({ type: 'integer', minimum: 0 }),
              quantity: { type: 'integer', minimum: 1 },
              basis: { type: 'string' },
              exemption: open({ code: { type: 'string' }, label: localized, basis: { type: 'string' } }, [
                'code',
                'label',
              ]),
              saved: { type: 'integer', minimum: 0 },
            },
            ['charge', 'label', 'amount', 'quantity', 'basis'],
          ),
        ),
        payment: open({ reference: { type: 'string' }, provider: open({ id: { type: 'string' }, name: localized }) }),
      },
      ['currency', 'total', 'saved', 'lines'],
    ),
    signature: { type: 'string' },
  },
  ['format', 'code', 'dossier', 'receivedAt', 'agency', 'procedure', 'noticeBy', 'signature'],
);

export const passedOn = open(
  {
    id: { type: 'string' },
    code: { type: 'string' },
    title: localized,
    procedure: nullable({ type: 'string' }),
    received: time,
    status: { enum: ['received', 'accepted', 'refused', 'supplement', 'supplemented', 'done'] },
    agency: nullable({ type: 'string' }),
    agencyName: localized,
  },
  ['id', 'code', 'procedure', 'received', 'status', 'agency'],
);

export const bundleReceipts = open({ bundle: { type: 'string' }, receipts: list(receipt, 20) });

export const paymentState = open({
  reference: { type: 'string' },
  amount: { type: 'integer', minimum: 0 },
  currency: { type: 'string' },
  status: { enum: ['due', 'begun', 'paid'] },
});

export const parameterRequest = closed({ validFrom: date, rows: { type: 'array', maxItems: 20_000 } });
export const parameterEdition = open({
  table: { enum: ['fees', 'hours', 'agencies', 'areas'] },
  no: { type: 'integer', minimum: 1 },
  validFrom: date,
  rows: { type: 'array' },
  published: time,
});

export const paymentRequest = closed({ returnTo: text(500) }, []);

export const counterPayment = closed({ receipt: text(60) });

export const passOn = closed({ agency: text(60), reason: { type: 'string', minLength: 1, maxLength: 4000 } });
export const passedOnNow = open({
  at: time,
  agency: { type: 'string' },
  agencyName: localized,
  reason: { type: 'string' },
});

export const dossierSummary = open(
  {
    id: { type: 'string' },
    status: { type: 'string' },
    title: localized,
    receipt,
    form: open({ id: { type: 'string' }, version: { type: 'string' }, digest }),
    passedOn: passedOnNow,
  },
  ['id', 'status', 'title', 'receipt', 'form'],
);

export const disputeSummary = open({
  id: { type: 'string' },
  draft: id,
  pointer,
  concept: id,
  label: localized,
  source: open({ id: { type: 'string' }, name: localized }),
  ticket: { type: 'string' },
  status: { enum: ['queued', 'open', 'corrected', 'refused'] },
  opened: time,
  closed: nullable(time),
  reason: { type: 'string' },
  value: {},
});

export const usageRow = open({
  logtime: time,
  action: localized,
  receiverCode: { type: 'string' },
});
export const usageAtSources = list({
  anyOf: [
    open({ source: open({ id: { type: 'string' }, name: localized }), rows: list({ type: 'object' }) }),
    open({ source: open({ id: { type: 'string' }, name: localized }), absent: { type: 'string' } }),
  ],
});

const words: JsonObject = { type: 'string', minLength: 1, maxLength: 2000, pattern: '\\S' };
export const complaint = closed({ entry: { type: 'integer', minimum: 1 }, text: words });
export const complaintAnswer = closed({ text: words });
export const complaintSummary = open({
  id: { type: 'string' },
  entry: { type: 'integer' },
  time,
  said: localized,
  text: { type: 'string' },
  status: { enum: ['open', 'answered'] },
  opened: time,
  answer: { type: ['string', 'null'] },
  answered: nullable(time),
});

export const consentSummary = open({
  draft: id,
  form: { type: 'string' },
  title: localized,
  purpose: localized,
  concepts: list(localized),
  state: { enum: ['given', 'withdrawn', 'expired'] },
  given: time,
  ended: nullable(time),
  keepUntil: time,
  filed: { type: 'boolean' },
});

export const keepableAnswer = open({ pointer, concept: id, label: localized, value: {} });
export const confirmPart = closed({ data: { type: 'object' }, decisions: list({ type: 'object' }, 500) });
export const writeBack = closed({ writeBack: list(pointer, 200) });
export const kept = open({ kept: list(pointer) });
const standing: JsonObject = { enum: ['good', 'ending', 'expired', 'revoked'] };

export const keptAnswer = open({
  concept: { type: 'string' },
  kept: { type: ['string', 'null'] },
  validUntil: { type: ['string', 'null'] },
  standing,
  dossier: { type: 'string' },
  kind: { type: 'string' },
  source: open({ id: { type: 'string' }, name: localized }),
  text: { type: ['string', 'null'] },
});
export const heldDocument = open({
  id: { type: 'string' },
  kind: { enum: ['issued', 'certified-copy', 'result', 'dossier'] },
  type: { type: 'string' },
  standing,
  issuedAt: { type: 'string' },
  mediaType: { type: 'string' },
  size: { type: 'integer' },
  sha256: digest,
});

export const handling: JsonObject = {
  anyOf: [
    closed({ action: { const: 'accept' } }),
    closed({ action: { const: 'refuse' }, reason: { type: 'string', minLength: 1, maxLength: 4000 } }),
    closed({
      action: { const: 'supplement' },
      reason: { type: 'string', minLength: 1, maxLength: 4000 },
      pointers: list(pointer, 200),
      components: list(id, 100),
    }),
    closed(
      {
        action: { const: 'deliver' },
        number: text(100),
        date: date,
        sha256: digest,
        document: closed(
          { type: text(100), title: text(300), validUntil: date, mediaType: text(100), content: text(12 << 20) },
          ['type', 'title', 'mediaType', 'content'],
        ),
        facts: list(
          closed({ concept: text(200), value: {}, validFrom: date, validUntil: date }, ['concept', 'value']),
          100,
        ),
      },
      ['action', 'number', 'date'],
    ),
  ],
};

export const entryVerdicts = closed({
  entries: {
    ...list(
      closed({ pointer, value: {}, reason: { type: 'string', minLength: 1, maxLength: 2000 } }, ['pointer']),
      500,
    ),
    minItems: 1,
  },
});
export const markedEntries = list(
  open(
    {
      pointer,
      computed: { const: true },
      filed: {},
      check: nullable(open({ at: time, by: id, name: { type: 'string' } })),
    },
    ['pointer', 'filed', 'check'],
  ),
  10_000,
);

export const supplementRequest = open({
  reason: { type: 'string' },
  pointers: list(pointer),
  components: list({ type: 'string' }),
  previous: open({ id: { type: 'string' }, sha256: digest }),
});

export const rating = closed({ score: { type: 'integer', minimum: 1, maximum: 5 } });

export const reuseMetrics = open({
  format: { type: 'string' },
  month: { type: 'string' },
  k: { type: 'integer' },
  indices: list({ type: 'object' }),
});

const count: JsonObject = { type: 'integer', minimum: 0 };
export const importedCount = closed({ numerator: count, denominator: count, source: text(500) });

export const dailyCount = open({
  day: date,
  procedure: { type: 'string' },
  channel: { type: 'string' },
  agency: { type: 'string' },
  place: nullable({ type: 'string' }),
  metric: { type: 'string' },
  count: { type: 'number' },
});

export const indicatorReport = open({
  period: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  frozen: { type: 'boolean' },
  reuse: { type: 'object' },
  filed: list(
    open({
      procedure: { type: 'string' },
      channel: { type: 'string' },
      agency: { type: 'string' },
      count: { type: 'number' },
    }),
    100_000,
  ),
  indicators: list(
    open({
      id: { type: 'string' },
      name: localized,
      basis: { enum: ['own-events', 'imported-counts', 'not-ours'] },
      formula: { type: 'string' },
      target: { type: 'string' },
      numerator: nullable({ type: 'number' }),
      denominator: nullable({ type: 'number' }),
      value: nullable({ type: 'number' }),
      reached: nullable({ type: 'boolean' }),
    }),
  ),
});

export const problem = open(
  {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', pattern: '^ERR_' },
    message: localized,
  },
  ['type', 'title', 'status', 'code', 'message'],
);

export const arrayOf = (items: JsonObject): JsonObject => ({ type: 'array', items });
export { open as openObject };
