/** The API as the page uses it: the same requests that anybody may make. */

import { askForKey, keyHeaders } from './key.ts';
import type { WireProblem, WireStyle } from './wire.ts';

export interface Painted {
  readonly blob: Blob;
  /** From the request to its answer. */
  readonly totalMs: number;
}

/** What the server says where it cannot do what it was asked to. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

/** The visitor is asked for a key, or for another one; there is nothing else to say. */
export class KeyError extends ApiError {}

const BUSY = 503;
const KEY_REFUSED: readonly number[] = [401, 403];
const MAX_ATTEMPTS = 5;

export async function listStyles(): Promise<{ styles: WireStyle[]; usual: string }> {
  const answer = await fetch('/v1/styles');
  if (!answer.ok) throw await problemOf(answer);
  const { styles, default_style } = (await answer.json()) as {
    styles: WireStyle[];
    default_style: string;
  };
  return { styles, usual: default_style };
}

/**
 * Paints a file. Waits as long as the server asks for while it is busy. Rejects with an
 * {@link ApiError}, or with the signal's reason.
 */
export async function stylize(
  photo: Blob,
  query: URLSearchParams,
  signal: AbortSignal,
  accept = 'image/jpeg',
): Promise<Painted> {
  const headers = {
    accept,
    'content-type': photo.type || 'application/octet-stream',
    ...keyHeaders(),
  };
  for (let attempt = 1; ; attempt += 1) {
    const started = performance.now();
    const answer = await fetch(`/v1/stylizations?${query}`, {
      method: 'POST',
      body: photo,
      headers,
      signal,
    }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new ApiError('The server could not be reached.', { cause });
    });
    if (answer.ok) {
      return { blob: await answer.blob(), totalMs: performance.now() - started };
    }
    if (KEY_REFUSED.includes(answer.status)) throw await keyError(answer);
    if (answer.status !== BUSY || attempt === MAX_ATTEMPTS) throw await problemOf(answer);
    await pause(Number(answer.headers.get('retry-after') ?? 1) * 1000, signal);
  }
}

async function keyError(answer: Response): Promise<KeyError> {
  const { message } = await problemOf(answer);
  askForKey(message);
  return new KeyError(message);
}

async function problemOf(answer: Response): Promise<ApiError> {
  const problem = (await answer.json().catch(() => undefined)) as WireProblem | undefined;
  return new ApiError(problem?.detail ?? `The server answered ${answer.status}.`);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
