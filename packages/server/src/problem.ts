// Refusals over HTTP: RFC 9457 problems whose `code` is an OnceFormErrorCode and whose `message` is for the citizen.

import {
  isOnceFormError,
  OnceFormError,
  type Issue,
  type LocalizedText,
  type OnceFormErrorCode,
  type Problem,
} from '@onceform/core';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';

/** The status of each code a portal answers with; a code that is not here is a fault of ours: 500. */
const STATUS: { readonly [code in OnceFormErrorCode]?: number } = {
  ERR_REQUEST_INVALID: 400,
  ERR_JSON_INVALID: 400,
  ERR_SUBMISSION_INVALID: 422,
  ERR_UNAUTHENTICATED: 401,
  ERR_FORBIDDEN: 403,
  ERR_CSRF: 403,
  ERR_OVER_ASK: 403,
  ERR_CONSENT_REQUIRED: 403,
  ERR_SUBJECT_DENIED: 403,
  ERR_IDENTITY_LEVEL: 403,
  ERR_NOT_FOUND: 404,
  ERR_CODE_LIST_UNKNOWN: 404,
  ERR_FORM_UNKNOWN: 409,
  ERR_FORM_REPEALED: 410,
  ERR_DEFINITION_INVALID: 422,
  ERR_KEYWORD_UNSUPPORTED: 422,
  ERR_REF_UNRESOLVED: 422,
  ERR_WHEN_NOT_LOWERABLE: 422,
  ERR_RULE_INVALID: 422,
  ERR_RULE_CYCLE: 422,
  ERR_FORMAT_UNKNOWN: 422,
  ERR_CONCEPT_UNKNOWN: 422,
  ERR_DRAFT_UNSUPPORTED: 422,
  ERR_CONFLICT: 422,
  ERR_PRECONDITION: 412,
  ERR_UPLOAD_SIZE: 413,
  ERR_PACKAGE_LIMIT: 413,
  ERR_LIMIT_EXCEEDED: 413,
  ERR_UPLOAD_TYPE: 415,
  ERR_PACKAGE_TRUNCATED: 422,
  ERR_PACKAGE_INVALID: 422,
  ERR_DOSSIER_INVALID: 422,
  ERR_SEAL_INVALID: 422,
  ERR_SEAL_EXPIRED: 422,
  ERR_SEAL_AUDIENCE: 422,
  ERR_SEAL_SUBJECT: 422,
  ERR_SEAL_FORM: 422,
  ERR_SEAL_DRAFT: 422,
  ERR_SEAL_REPLAYED: 422,
  ERR_SEAL_KEY_UNKNOWN: 422,
  ERR_SEAL_ALGORITHM: 422,
  ERR_SEAL_VOID: 422,
  ERR_RATE_LIMITED: 429,
  ERR_SOURCE_UNAVAILABLE: 503,
  ERR_NETWORK: 503,
};

/** Thrown by a route to refuse; the portal's error handler turns it into a problem. */
export function refuse(
  code: OnceFormErrorCode,
  detail: string,
  options: {
    readonly issues?: readonly Issue[];
    readonly cause?: unknown;
    /** A sentence for the citizen that says more than that of the code. */
    readonly message?: LocalizedText;
  } = {},
): OnceFormError {
  return new OnceFormError(code, detail, {
    cause: options.cause,
    data: {
      ...(options.issues === undefined ? {} : { issues: options.issues }),
      ...(options.message === undefined ? {} : { message: options.message }),
    },
  });
}

/** Refuses a change that what stands does not allow. */
export function refuseChange(detail: string): OnceFormError {
  return refuse('ERR_CONFLICT', detail, { message: { vi: vi.NOTHING_CHANGED, en: en.NOTHING_CHANGED } });
}

/**
 * Words an error as a problem. An error that is not an `OnceFormError` becomes ERR_INTERNAL, and nothing of its
 * text leaves the server.
 */
export function problemOf(error: unknown): Problem {
  const known = isOnceFormError(error) && STATUS[error.code] !== undefined ? error : null;
  const code: OnceFormErrorCode = known?.code ?? 'ERR_INTERNAL';
  const issues = known?.data['issues'] as readonly Issue[] | undefined;
  return {
    type: `https://onceform.dev/problems/${code.slice(4).toLowerCase().replaceAll('_', '-')}`,
    title: en[wordingOf(code)],
    status: STATUS[code] ?? 500,
    code,
    ...(known === null ? {} : { detail: known.message }),
    message: (known?.data['message'] as LocalizedText | undefined) ?? messageOf(code),
    ...(known?.data['findings'] === undefined ? {} : { findings: known.data['findings'] }),
    ...(issues === undefined ? {} : { issues }),
  };
}

export function problemResponse(error: unknown): Response {
  const problem = problemOf(error);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}

function messageOf(code: OnceFormErrorCode): LocalizedText {
  const key = wordingOf(code);
  return { vi: vi[key], en: en[key] };
}

/** What the compiler says about a definition: all of it is for its author. */
const DEFINITION: ReadonlySet<OnceFormErrorCode> = new Set([
  'ERR_KEYWORD_UNSUPPORTED',
  'ERR_REF_UNRESOLVED',
  'ERR_WHEN_NOT_LOWERABLE',
  'ERR_RULE_INVALID',
  'ERR_RULE_CYCLE',
  'ERR_FORMAT_UNKNOWN',
  'ERR_CONCEPT_UNKNOWN',
  'ERR_DRAFT_UNSUPPORTED',
]);

/** Codes without a sentence of their own use that of their family. */
function wordingOf(code: OnceFormErrorCode): keyof typeof en {
  if (code in en) return code as keyof typeof en;
  if (DEFINITION.has(code)) return 'ERR_DEFINITION_INVALID';
  if (code.startsWith('ERR_SEAL_')) return 'ERR_SEAL_INVALID';
  if (code === 'ERR_JSON_INVALID') return 'ERR_REQUEST_INVALID';
  if (code === 'ERR_CODE_LIST_UNKNOWN') return 'ERR_NOT_FOUND';
  if (code === 'ERR_LIMIT_EXCEEDED') return 'ERR_PACKAGE_LIMIT';
  if (code === 'ERR_NETWORK') return 'ERR_SOURCE_UNAVAILABLE';
  return STATUS[code] === 422 ? 'ERR_DOSSIER_INVALID' : 'ERR_INTERNAL';
}
