/** A photograph from its address. */

import type { Lease } from '../concurrency/byte-budget.ts';
import { abandonable, within } from '../concurrency/deadline.ts';
import { asProblem } from './problems.ts';
import { FetchFailedError, type PublicAnswer, type PublicFetch } from './public-fetch.ts';

export interface DownloadParts {
  readonly fetch: PublicFetch;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const MAX_REDIRECTS = 5;

/** There is nothing new (RFC 9110, section 15.4.5). */
export const NOT_MODIFIED = 304;

/**
 * An answer of 2xx with bytes, which count on the lease as they arrive; or 304, where `conditions` (headers in
 * lower case) allow it. Rejects with `source-refused`, `source-failed` or `slots-full` problems, or with the signal's reason.
 */
export function download(
  url: string,
  parts: DownloadParts,
  signal: AbortSignal,
  lease: Lease,
  conditions: Readonly<Record<string, string>> = {},
): Promise<PublicAnswer> {
  return lease.receive(signal, async (count, ended) => {
    try {
      const answer = await answerOf(url, parts, ended, count, conditions);
      return checked(answer, Object.keys(conditions).length > 0);
    } catch (error) {
      throw asProblem(error);
    }
  });
}

function answerOf(
  url: string,
  { fetch, maxBytes, timeoutMs }: DownloadParts,
  signal: AbortSignal,
  count: (bytes: number) => void,
  conditions: Readonly<Record<string, string>>,
): Promise<PublicAnswer> {
  const reason = () => new FetchFailedError(`It was not there within ${timeoutMs} ms.`);
  const headers = { accept: 'image/*', ...conditions };
  return within(signal, { timeoutMs, reason }, (limited) => {
    const limits = { maxBytes, maxRedirects: MAX_REDIRECTS, count, signal: limited };
    return abandonable(limited, fetch(url, { method: 'GET', headers, ...limits }));
  });
}

function checked(answer: PublicAnswer, isConditional: boolean): PublicAnswer {
  const { status, bytes } = answer;
  if (isConditional && status === NOT_MODIFIED) return answer;
  if (status < 200 || status > 299) throw new FetchFailedError(`It answered ${status}.`);
  if (bytes.byteLength === 0) throw new FetchFailedError('It sent no bytes.');
  return answer;
}
