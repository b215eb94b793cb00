// Errors that are thrown: a broken definition, store, seal or dossier. A wrong answer is an Issue instead.

/** Every literal code an `OnceFormError` can carry. Codes are stable; messages are not. */
export type OnceFormErrorCode =
  // definitions
  | 'ERR_DEFINITION_INVALID'
  | 'ERR_KEYWORD_UNSUPPORTED'
  | 'ERR_REF_UNRESOLVED'
  | 'ERR_LIMIT_EXCEEDED'
  | 'ERR_WHEN_NOT_LOWERABLE'
  | 'ERR_RULE_INVALID'
  | 'ERR_RULE_CYCLE'
  | 'ERR_CODE_LIST_UNKNOWN'
  | 'ERR_FORMAT_UNKNOWN'
  | 'ERR_CONCEPT_UNKNOWN'
  | 'ERR_DRAFT_UNSUPPORTED'
  | 'ERR_JSON_INVALID'
  // engine
  | 'ERR_LOCKED'
  | 'ERR_STALE_TRANSACTION'
  | 'ERR_POINTER_UNKNOWN'
  | 'ERR_DRAFT_INCOMPATIBLE'
  // store and seal
  | 'ERR_SEAL_INVALID'
  | 'ERR_SEAL_EXPIRED'
  | 'ERR_SEAL_AUDIENCE'
  | 'ERR_SEAL_SUBJECT'
  | 'ERR_SEAL_FORM'
  | 'ERR_SEAL_DRAFT'
  | 'ERR_SEAL_REPLAYED'
  | 'ERR_SEAL_KEY_UNKNOWN'
  | 'ERR_SEAL_ALGORITHM'
  | 'ERR_SEAL_VOID'
  | 'ERR_OVER_ASK'
  | 'ERR_CONSENT_REQUIRED'
  | 'ERR_SUBJECT_DENIED'
  | 'ERR_SOURCE_UNAVAILABLE'
  // submission and dossier
  | 'ERR_SUBMISSION_INVALID'
  | 'ERR_REVIEW_CHANGED'
  | 'ERR_PACKAGE_TRUNCATED'
  | 'ERR_PACKAGE_INVALID'
  | 'ERR_PACKAGE_LIMIT'
  | 'ERR_DOSSIER_INVALID'
  | 'ERR_CANONICAL'
  // portal
  | 'ERR_UNAUTHENTICATED'
  | 'ERR_FORBIDDEN'
  | 'ERR_NOT_FOUND'
  | 'ERR_CONFLICT'
  | 'ERR_UPLOAD_TYPE'
  | 'ERR_UPLOAD_SIZE'
  | 'ERR_NETWORK'
  | 'ERR_REQUEST_INVALID'
  | 'ERR_CSRF'
  | 'ERR_PRECONDITION'
  | 'ERR_RATE_LIMITED'
  | 'ERR_IDENTITY_LEVEL'
  | 'ERR_FORM_UNKNOWN'
  | 'ERR_FORM_REPEALED'
  | 'ERR_DIRECTORY_LOCKED'
  | 'ERR_MIGRATION'
  | 'ERR_INTERNAL';

export interface OnceFormErrorOptions extends ErrorOptions {
  /** Where in the definition or instance, as a JSON Pointer. */
  readonly pointer?: string;
  /** What a program needs to act on it. Never a citizen's value. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Something that is not an answer is broken. `code` is the contract, `message` is for people. */
export class OnceFormError extends Error {
  static {
    this.prototype.name = 'OnceFormError';
  }
  readonly code: OnceFormErrorCode;
  readonly pointer: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: OnceFormErrorCode, message: string, options: OnceFormErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.pointer = options.pointer;
    this.data = options.data ?? {};
  }
}

export function isOnceFormError(error: unknown, code?: OnceFormErrorCode): error is OnceFormError {
  return (
    error instanceof Error
    && error.name === 'OnceFormError'
    && (code === undefined || (error as OnceFormError).code === code)
  );
}
