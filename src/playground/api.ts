/** The API as the page uses it: the same requests that anybody may make. */

import { problemText } from './advice.ts';
import { BrokenOffError, reach } from './connection.ts';
import { askForKey, keyHeaders } from './key.ts';
import type { WireJob, WireProblem, WireStyles } from './wire.ts';

export interface Painted {
  readonly blob: Blob;
  /** From the request to its answer. */
  readonly totalMs: number;
}

/** What the server says where it cannot do what it was asked to, and what to do about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

/** The visitor is asked for a key, or for another one; there is nothing else to say. */
export class KeyError extends ApiError {}

const BUSY = 503;
const KEY_REFUSED: readonly number[] = [401, 403];
const MAX_ATTEMPTS = 5;

/** Between two looks at a job. */
const JOB_INTERVAL_MS = 700;

export async function listStyles(): Promise<WireStyles> {
  const answer = await answered(() => fetch('/v1/styles', { headers: keyHeaders() }));
  return (await answer.json()) as WireStyles;
}

/** Paints a file. Rejects as {@link answered} does. */
export async function stylize(
  photo: Blob,
  query: URLSearchParams,
  signal: AbortSignal,
  accept = 'image/jpeg',
): Promise<Painted> {
  const started = performance.now();
  const answer = await send('/v1/stylizations', photo, query, signal, { accept });
  return { blob: await answer.blob(), totalMs: performance.now() - started };
}

/** A photograph that the browser cannot read, or cannot fetch, as one that it can. */
export async function asJpeg(source: Blob | URL, maxSize: number): Promise<Blob> {
  const { signal } = new AbortController();
  const query = new URLSearchParams({ strength: '0', max_size: String(maxSize) });
  if (source instanceof Blob) return (await stylize(source, query, signal)).blob;
  const body = new Blob([JSON.stringify({ image: source.href })], { type: 'application/json' });
  return (await stylize(body, query, signal)).blob;
}

/** Paints a file as a job, which outlives the server's deadline; canceled with the signal. */
export async function stylizeAsJob(
  photo: Blob,
  query: URLSearchParams,
  signal: AbortSignal,
  onProgress: (job: WireJob) => void,
  accept = 'image/jpeg',
): Promise<Painted> {
  const started = performance.now();
  const headers = { accept, prefer: 'respond-async' };
  const answer = await send('/v1/stylizations', photo, query, signal, headers);
  const { id } = (await answer.json()) as WireJob;
  const path = `/v1/stylizations/${id}`;
  await followed(path, signal, onProgress);
  const output = await answered(
    () => fetch(`${path}/output`, { headers: keyHeaders(), signal }),
    signal,
  );
  return { blob: await output.blob(), totalMs: performance.now() - started };
}

/** Submits a video: the path of its job. */
export async function submitVideo(
  video: Blob,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<string> {
  const answer = await send('/v1/videos', video, query, signal, {});
  return `/v1/videos/${((await answer.json()) as WireJob).id}`;
}

/** Submits a picture that is to be a style: the path of the job that learns it, undefined where it is there already. */
export async function submitPainting(
  painting: Blob,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await send('/v1/styles', painting, query, signal, {});
  return answer.status === CREATED ? undefined : trainingPath(answer);
}

const CREATED = 201;

/** Has a style trained that was told at once: the path of the job. */
export async function submitRefinement(id: string, signal: AbortSignal): Promise<string> {
  const request = { method: 'POST', headers: keyHeaders(), signal };
  return trainingPath(await answered(() => fetch(`/v1/styles/${id}/refine`, request), signal));
}

async function trainingPath(answer: Response): Promise<string> {
  return `/v1/trainings/${((await answer.json()) as WireJob).id}`;
}

/** Deletes a style that was learned. Rejects as {@link answered} does. */
export async function deleteStyle(id: string): Promise<void> {
  await answered(() => fetch(`/v1/styles/${id}`, { method: 'DELETE', headers: keyHeaders() }));
}

/** The job once it has succeeded. Canceled with the signal; rejects with an {@link ApiError} where it failed. */
export async function followed(
  path: string,
  signal: AbortSignal,
  onProgress: (job: WireJob) => void,
): Promise<WireJob> {
  const cancel = () =>
    void fetch(`${path}/cancel`, { method: 'POST', headers: keyHeaders() }).catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  for (;;) {
    const answer = await answered(() => fetch(path, { headers: keyHeaders(), signal }), signal);
    const job = (await answer.json()) as WireJob;
    if (job.error) {
      signal.removeEventListener('abort', cancel);
      throw new ApiError(problemText(job.error));
    }
    if (job.status === 'succeeded') {
      signal.removeEventListener('abort', cancel);
      return job;
    }
    onProgress(job);
    await pause(JOB_INTERVAL_MS, signal);
  }
}

/** The answer to a file that is sent. Rejects as {@link answered} does. */
export function send(
  path: string,
  file: Blob,
  query: URLSearchParams,
  signal: AbortSignal,
  wishes: Readonly<Record<string, string>>,
): Promise<Response> {
  const type = file.type || 'application/octet-stream';
  return answered(() => {
    const headers = { 'content-type': type, ...wishes, ...keyHeaders() };
    return fetch(`${path}?${query}`, { method: 'POST', body: file, headers, signal });
  }, signal);
}

/**
 * An answer that is what was asked for. Waits for a server that cannot be reached, and as long as it asks for while it
 * is busy. Rejects with an {@link ApiError}, or with the signal's reason.
 */
export async function answered(
  ask: () => Promise<Response>,
  signal?: AbortSignal,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await reach(ask, signal).catch((cause: unknown) => {
      if (!(cause instanceof BrokenOffError)) throw cause;
      throw new ApiError(
        'The connection broke off. Try again; where it breaks off again, choose a smaller file.',
        { cause },
      );
    });
    if (answer.ok) return answer;
    if (KEY_REFUSED.includes(answer.status)) throw await keyError(answer);
    if (answer.status !== BUSY || attempt === MAX_ATTEMPTS) throw await problemOf(answer);
    await pause(Number(answer.headers.get('retry-after') ?? 1) * 1000, signal);
  }
}

async function keyError(answer: Response): Promise<KeyError> {
  const problem = await readProblem(answer);
  askForKey(problem.detail);
  return new KeyError(problem.detail);
}

async function problemOf(answer: Response): Promise<ApiError> {
  return new ApiError(problemText(await readProblem(answer)));
}

async function readProblem(answer: Response): Promise<WireProblem> {
  const problem = (await answer.json().catch(() => undefined)) as WireProblem | undefined;
  return problem ?? { detail: `The server answered ${answer.status}.` };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
