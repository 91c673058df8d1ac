/**
 * The only place where a request's body is read. What a route takes is stated in its contract; what
 * is not that is refused before a byte of it is read, and the rest is received under limits of bytes,
 * of time, and of bytes held for all callers together.
 */

import type { Context } from 'hono';
import type { Lease } from '../concurrency/byte-budget.ts';
import { withDeadline, within } from '../concurrency/deadline.ts';
import type { Config } from '../config/config.ts';
import { ProblemError } from '../errors.ts';
import type { SharedServices } from '../services/services.ts';
import { callerOf } from './caller.ts';
import { answerTimeoutMs } from './deadline.ts';

/** What a route takes as its body. */
export interface BodyPolicy {
  /** Media types or ranges in lower case, such as `application/json` or `image/*`. */
  readonly mediaTypes: readonly string[];
  readonly maxBytes: (config: Config) => number;
}

/** A body that is there, and what else is known of its request. */
export interface ReceivedBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In lower case, without parameters. */
  readonly mediaType: string;
  /** On which more bytes may be received for this request. */
  readonly lease: Lease;
  /** Aborts when the caller hangs up or the answer is late. */
  readonly signal: AbortSignal;
  /** When the answer is late, by `performance.now()`. */
  readonly deadline: number;
  /** How long the body took to arrive. */
  readonly receivedMs: number;
}

/**
 * Holds the body, and its bytes in the budget, until the work is done. `mostBytes` is for those who
 * know better than the policy.
 */
export type ReceiveBody = <T>(
  work: (body: ReceivedBody) => Promise<T>,
  mostBytes?: number,
) => Promise<T>;

/** JSON that names pictures and holds none. */
export const SMALL_JSON_BYTES = 16 * 1024;

/**
 * Checks the headers against the policy. Throws `unsupported-media-type` and `payload-too-large`
 * problems at once; what it returns throws those and `request-timeout` or `slots-full`, or the
 * signal's reason.
 *
 * What is left of a refused body stays unread: canceling would close the connection before the
 * answer is out, so the server drains some of it afterwards.
 */
export function receiver(c: Context, services: SharedServices, policy: BodyPolicy): ReceiveBody {
  const { config, bodyBudget } = services;
  const started = performance.now();
  const maxBytes = policy.maxBytes(config);
  const mediaType = mediaTypeOf(c.req.header('content-type'));
  checkMediaType(mediaType, policy.mediaTypes);
  checkEncoding(c.req.header('content-encoding'));
  const announced = Number(c.req.header('content-length') ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, `${announced}`);
  const timeoutMs = answerTimeoutMs(c, config);
  const deadline = started + timeoutMs;
  return (work, mostBytes = maxBytes) =>
    withDeadline(c.req.raw.signal, timeoutMs, (signal) =>
      bodyBudget.lease(callerOf(c, config), async (lease) => {
        const buffer = createBuffer(Math.min(mostBytes, maxBytes), announced);
        await inTime(signal, config.BODY_TIMEOUT_MS, (ended) =>
          lease.receive(ended, (add, gone) => readAll(c.req.raw, buffer, add, gone)),
        );
        const receivedMs = performance.now() - started;
        return work({ bytes: buffer.bytes(), mediaType, lease, signal, deadline, receivedMs });
      }),
    );
}

/** The type without its parameters (RFC 9110, section 8.3.1); empty where there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]!.trim().toLowerCase();
}

export function isMediaType(type: string, ranges: readonly string[]): boolean {
  return ranges.some((range) =>
    range.endsWith('/*') ? type.startsWith(range.slice(0, -1)) : type === range,
  );
}

function checkMediaType(mediaType: string, accepted: readonly string[]): void {
  if (isMediaType(mediaType, accepted)) return;
  const got = mediaType === '' ? 'no content-type' : mediaType.slice(0, 80);
  throw new ProblemError(
    'unsupported-media-type',
    `Expected a body of ${accepted.join(', ')}, got ${got}.`,
    { headers: { accept: accepted.join(', ') } },
  );
}

/** What unpacks to a thousand times its size is never unpacked (RFC 9110, section 8.4). */
function checkEncoding(encoding: string | undefined): void {
  const codings = (encoding ?? '').split(',').map((coding) => coding.trim().toLowerCase());
  const other = codings.find((coding) => coding !== '' && coding !== 'identity');
  if (other === undefined) return;
  throw new ProblemError(
    'unsupported-media-type',
    `Expected a body without content-encoding, got ${other.slice(0, 80)}.`,
    { headers: { 'accept-encoding': 'identity' } },
  );
}

async function inTime(
  signal: AbortSignal,
  timeoutMs: number,
  read: (ended: AbortSignal) => Promise<void>,
): Promise<void> {
  const reason = () => {
    const detail = `Expected the whole body within ${timeoutMs} ms.`;
    return new ProblemError('request-timeout', detail);
  };
  await within(signal, { timeoutMs, reason }, read);
}

async function readAll(
  request: Request,
  buffer: GrowingBuffer,
  add: (bytes: number) => void,
  ended: AbortSignal,
): Promise<void> {
  const reader = request.body?.getReader();
  while (reader !== undefined && !ended.aborted) {
    const { done, value } = await reader.read();
    if (done || ended.aborted) break;
    buffer.append(value, add);
  }
}

interface GrowingBuffer {
  /** Has the bytes counted before they are kept. */
  append(chunk: Uint8Array, add: (bytes: number) => void): void;
  bytes(): Uint8Array<ArrayBuffer>;
}

const FIRST_BYTES = 64 * 1024;

/** One piece of memory that doubles, so that a body of tiny chunks costs no more than its bytes. */
function createBuffer(maxBytes: number, announced: number): GrowingBuffer {
  const enough = announced > 0 ? announced : maxBytes;
  let data = new Uint8Array(Math.min(enough, FIRST_BYTES));
  let length = 0;
  const grow = (capacity: number): void => {
    const larger = new Uint8Array(capacity);
    larger.set(data.subarray(0, length));
    data = larger;
  };
  return {
    append(chunk, add) {
      const needed = length + chunk.byteLength;
      if (needed > maxBytes) throw tooLarge(maxBytes, 'more');
      add(chunk.byteLength);
      if (needed > data.byteLength) grow(Math.max(needed, Math.min(enough, 2 * data.byteLength)));
      data.set(chunk, length);
      length = needed;
    },
    bytes: () => data.subarray(0, length),
  };
}

function tooLarge(maxBytes: number, got: string): ProblemError {
  return new ProblemError('payload-too-large', `Expected at most ${maxBytes} bytes, got ${got}.`);
}
