/** Reads a request body under limits of bytes, of time, and of bytes held for all callers together. */

import { ProblemError } from '../errors.ts';
import { abandonable } from '../signals.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Bytes of bodies that are held at the same time, over all requests. */
export interface ByteBudget {
  /** Throws a `slots-full` problem where the budget does not reach. */
  reserve(bytes: number): void;
  release(bytes: number): void;
}

export function createByteBudget(mostBytes: number): ByteBudget {
  let held = 0;
  return {
    reserve(bytes) {
      if (held + bytes > mostBytes) {
        const detail = 'Too many bytes of other requests are waiting.';
        throw new ProblemError('slots-full', detail, { retryAfterSeconds: 1 });
      }
      held += bytes;
    },
    release(bytes) {
      held -= bytes;
    },
  };
}

/**
 * Hands the body to `work` and counts its bytes against the budget until that is done. Throws
 * `payload-too-large`, `request-timeout` or `slots-full` problems, or the signal's reason.
 *
 * What is left of a refused body stays unread: cancelling would close the connection before the
 * answer is out, so the server drains some of it afterwards.
 */
export async function withBody<T>(
  request: Request,
  { maxBytes, timeoutMs }: BodyLimits,
  budget: ByteBudget,
  signal: AbortSignal,
  work: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, `${announced}`);
  const buffer = createBuffer(maxBytes, budget);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow(timeoutMs)), timeoutMs);
  try {
    buffer.grow(announced);
    const reading = readAll(request, buffer, late.signal);
    const body = await abandonable(late.signal, abandonable(signal, reading));
    clearTimeout(timer);
    return await work(body);
  } finally {
    clearTimeout(timer);
    late.abort(tooSlow(timeoutMs));
    buffer.release();
  }
}

async function readAll(
  request: Request,
  buffer: GrowingBuffer,
  stopped: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = request.body?.getReader();
  while (reader !== undefined && !stopped.aborted) {
    const { done, value } = await reader.read();
    if (done || stopped.aborted) break;
    buffer.append(value);
  }
  return buffer.bytes();
}

interface GrowingBuffer {
  /** Makes room for at least this many bytes in total. */
  grow(capacity: number): void;
  append(chunk: Uint8Array): void;
  bytes(): Uint8Array<ArrayBuffer>;
  release(): void;
}

/** One piece of memory that doubles, so that a body of tiny chunks costs no more than its bytes. */
function createBuffer(maxBytes: number, budget: ByteBudget): GrowingBuffer {
  let data = new Uint8Array();
  let length = 0;
  const grow = (capacity: number): void => {
    if (capacity <= data.byteLength) return;
    budget.reserve(capacity - data.byteLength);
    const larger = new Uint8Array(capacity);
    larger.set(data.subarray(0, length));
    data = larger;
  };
  return {
    grow,
    append(chunk) {
      const needed = length + chunk.byteLength;
      if (needed > maxBytes) throw tooLarge(maxBytes, 'more');
      if (needed > data.byteLength) grow(Math.min(maxBytes, Math.max(needed, 2 * data.byteLength)));
      data.set(chunk, length);
      length = needed;
    },
    bytes: () => data.subarray(0, length),
    release() {
      budget.release(data.byteLength);
      data = new Uint8Array();
      length = 0;
    },
  };
}

function tooLarge(maxBytes: number, got: string): ProblemError {
  return new ProblemError('payload-too-large', `Expected at most ${maxBytes} bytes, got ${got}.`);
}

function tooSlow(timeoutMs: number): ProblemError {
  return new ProblemError('request-timeout', `Expected the whole body within ${timeoutMs} ms.`);
}
