/**
 * What photographs at addresses are, without fetching them each time: digests are remembered for as long as their
 * servers say that nothing changes, and asked for again by their validators after that (RFC 9111, section 4.3).
 */

import type { IncomingHttpHeaders } from 'node:http';
import { type ByteBudget, NOBODY } from '../concurrency/byte-budget.ts';
import { createFlights } from '../concurrency/flights.ts';
import { sha256Hex } from '../host/digest.ts';
import { sniff } from '../images/sniff.ts';
import type { InputFormat } from '../pictures/formats.ts';
import { type DownloadParts, download, NOT_MODIFIED } from './download.ts';
import { freshnessOf } from './freshness.ts';
import type { PublicAnswer } from './public-fetch.ts';

export interface Source {
  /** SHA-256 of the bytes in hex. */
  readonly digest: string;
  /** Undefined for what is no picture that we read. */
  readonly format: InputFormat | undefined;
  /** Until when it stays as it is, since 1970. */
  readonly freshUntilMs: number;
  /** Whether its server allows that it is kept for others. */
  readonly isShared: boolean;
}

export interface FetchedSource extends Source {
  readonly bytes: Uint8Array;
}

export interface RememberedSources {
  /**
   * What is at the address; with its bytes where they had to be fetched for that. Rejects with `source-refused`,
   * `source-failed` or `slots-full` problems, or with the signal's reason.
   */
  look(url: string, signal: AbortSignal): Promise<Source | FetchedSource>;
  /** The same, always with its bytes. */
  fetch(url: string, signal: AbortSignal): Promise<FetchedSource>;
}

export interface RememberedSourcesParts extends DownloadParts {
  readonly budget: ByteBudget;
}

/** What is remembered of an address takes some hundred bytes. */
const MAX_REMEMBERED = 10_000;

interface Memory {
  readonly source: Source;
  /** Of the answer, which later ones amend (section 4.3.4). */
  readonly headers: IncomingHttpHeaders;
}

export function rememberedSources(parts: RememberedSourcesParts): RememberedSources {
  const { budget } = parts;
  /** The ones that were heard of last are at the end. */
  const memories = new Map<string, Memory>();
  const flights = createFlights<Source | FetchedSource>(() => false);

  const remember = (url: string, memory: Memory): void => {
    memories.delete(url);
    if (!memory.source.isShared) return;
    memories.set(url, memory);
    const [oldest = ''] = memories.keys();
    if (memories.size > MAX_REMEMBERED) memories.delete(oldest);
  };

  const ask = async (
    url: string,
    signal: AbortSignal,
    before: Memory | undefined,
  ): Promise<Source | FetchedSource> => {
    const conditions = before ? conditionsOf(before.headers) : {};
    const answer = await budget.lease(NOBODY, (lease) =>
      download(url, parts, signal, lease, conditions),
    );
    if (before && answer.status === NOT_MODIFIED) {
      const headers = { ...withoutAge(before.headers), ...answer.headers };
      const source = { ...before.source, ...timesOf(headers) };
      remember(url, { source, headers });
      return source;
    }
    const source = sourceOf(answer);
    remember(url, { source, headers: answer.headers });
    return { ...source, bytes: answer.bytes };
  };

  return {
    async look(url, signal) {
      const before = memories.get(url);
      if (before && Date.now() < before.source.freshUntilMs) return before.source;
      const { value } = await flights.join(`look ${url}`, signal, (ended) =>
        ask(url, ended, before),
      );
      return value;
    },
    async fetch(url, signal) {
      const { value } = await flights.join(`fetch ${url}`, signal, (ended) =>
        ask(url, ended, undefined),
      );
      return value as FetchedSource;
    },
  };
}

function sourceOf({ bytes, headers }: PublicAnswer): Source {
  const digest = sha256Hex(bytes);
  return { digest, format: sniff(bytes)?.format, ...timesOf(headers) };
}

function timesOf(headers: IncomingHttpHeaders): Pick<Source, 'freshUntilMs' | 'isShared'> {
  const nowMs = Date.now();
  const { freshMs, isShared } = freshnessOf(headers, nowMs);
  return { freshUntilMs: nowMs + freshMs, isShared };
}

/** What asks for the bytes only where they are others (RFC 9110, section 13.1). */
function conditionsOf({
  etag,
  'last-modified': lastModified,
}: IncomingHttpHeaders): Record<string, string> {
  return {
    ...(etag && { 'if-none-match': etag }),
    ...(lastModified && { 'if-modified-since': lastModified }),
  };
}

/** How old that answer was says nothing of a later one. */
function withoutAge({ age: _, date: __, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}
