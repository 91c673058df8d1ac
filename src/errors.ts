/** What can go wrong for a caller: one table of problem types and one error that carries them. */

/** Problem types by slug, as in RFC 9457: `type` is a link to the slug's entry in the docs. */
export const problemTypes = {
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'malformed-body': { status: 400, title: 'The body could not be read' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'style-not-found': { status: 404, title: 'There is no such style' },
  'style-unavailable': { status: 503, title: 'The style cannot be used now' },
  'stylization-not-found': { status: 404, title: 'There is no such stylization' },
  'video-not-found': { status: 404, title: 'There is no such video' },
  'training-not-found': { status: 404, title: 'There is no such training' },
  'batch-not-found': { status: 404, title: 'There is no such batch' },
  'key-needed': { status: 401, title: 'A key is needed' },
  'key-refused': { status: 401, title: 'The key does not work' },
  'scope-missing': { status: 403, title: 'The key does not allow this' },
  forbidden: { status: 403, title: 'This is not allowed' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'not-acceptable': { status: 406, title: 'No acceptable format' },
  'request-timeout': { status: 408, title: 'The body came too slowly' },
  conflict: { status: 409, title: 'Something else has this id already' },
  'not-finished': { status: 409, title: 'The work is not finished' },
  canceled: { status: 409, title: 'The work was canceled' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'quota-used-up': { status: 429, title: 'The pixels of this day are used up' },
  gone: { status: 410, title: 'It is no longer kept' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'source-refused': { status: 422, title: 'The address of the image is not allowed' },
  'source-failed': { status: 422, title: 'The image could not be fetched' },
  'image-unreadable': { status: 422, title: 'The image cannot be read' },
  'image-too-large': { status: 422, title: 'The image has too many pixels' },
  'video-unreadable': { status: 422, title: 'The video cannot be read' },
  'video-too-large': { status: 422, title: 'The video is too long or its frames are too large' },
  'training-failed': { status: 422, title: 'The style could not be learned' },
  'client-closed-request': { status: 499, title: 'The caller hung up' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'video-unavailable': { status: 501, title: 'Videos cannot be painted here' },
  'training-unavailable': { status: 501, title: 'Styles cannot be learned here' },
  'prediction-unavailable': { status: 501, title: 'Styles cannot be told from pictures here' },
  'slots-full': { status: 503, title: 'Too much work is waiting' },
  'provider-unavailable': { status: 503, title: 'Tokens cannot be checked now' },
  'shutting-down': { status: 503, title: 'This instance is shutting down' },
  'deadline-exceeded': { status: 504, title: 'The work takes longer than its deadline' },
  'tenant-storage-full': { status: 507, title: 'The tenant keeps too much' },
  'storage-full': { status: 507, title: 'There is no room on disk for the work' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof problemTypes;

/** One field that was not as expected. */
export interface FieldError {
  /** JSON pointer (RFC 6901) to the field: `/strength`. */
  readonly pointer: string;
  /** What was expected, and what came. */
  readonly detail: string;
}

export interface ProblemDetails {
  readonly errors?: readonly FieldError[];
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds?: number;
  /** Of the answer, in lower case: what would be accepted. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log only. */
  readonly cause?: unknown;
}

/** A failure that the caller, the remote world or capacity is responsible for. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly type: ProblemType;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  /** `detail` is shown to the caller. */
  constructor(type: ProblemType, detail: string, details: ProblemDetails = {}) {
    super(detail, { cause: details.cause });
    this.type = type;
    this.errors = details.errors;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.headers = details.headers;
  }

  get status(): number {
    return problemTypes[this.type].status;
  }
}

/** A request in which one field was not as expected. */
export function invalidField(pointer: string, detail: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid-request', detail, { errors: [{ pointer, detail }], cause });
}

/** A file that is not what it should be; the message says what was expected and what was found. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** What is said of an error, or of whatever was thrown in its place. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
