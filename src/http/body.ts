/** Reads a request body under a limit of bytes and of time, both enforced while it arrives. */

import { concat } from '../core/bytes.ts';
import { ProblemError } from '../errors.ts';
import { abandonable } from '../signals.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/**
 * Throws `payload-too-large` or `request-timeout` problems, or the signal's reason. What is left of
 * a refused body stays unread: cancelling would close the connection before the answer is out, so
 * the server drains some of it afterwards.
 */
export async function readBody(
  request: Request,
  { maxBytes, timeoutMs }: BodyLimits,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, `${announced}`);
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await abandonable(AbortSignal.any([signal, timeout]), readAll(reader, maxBytes));
  } catch (error) {
    if (timeout.aborted && !signal.aborted) {
      const detail = `Expected the whole body within ${timeoutMs} ms.`;
      throw new ProblemError('request-timeout', detail, { cause: error });
    }
    signal.throwIfAborted();
    throw error;
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes, 'more');
    chunks.push(value);
  }
  return concat(chunks);
}

function tooLarge(maxBytes: number, got: string): ProblemError {
  return new ProblemError('payload-too-large', `Expected at most ${maxBytes} bytes, got ${got}.`);
}
