/** For how long a server says that what it sent stays as it is (RFC 9111, sections 4.2 and 5.2.2). */

import type { IncomingHttpHeaders } from 'node:http';

export interface Freshness {
  /** From when it was answered; 0 for what is to be asked for again each time. */
  readonly freshMs: number;
  /** Whether it may be kept, or remembered, for others at all. */
  readonly isShared: boolean;
}

/** Where the server says nothing. */
const SILENT_MS = 3_600_000;

/** Longer than anything on the web stays as it is. */
const MOST_MS = 365 * 86_400_000;

export function freshnessOf(headers: IncomingHttpHeaders, nowMs: number): Freshness {
  const directives = directivesOf(headers['cache-control'] ?? '');
  const isShared = !directives.has('no-store') && !directives.has('private');
  if (!isShared || directives.has('no-cache')) return { freshMs: 0, isShared };
  const lifetimeMs = lifetimeOf(directives, headers, nowMs);
  const ageMs = secondsOf(headers.age) ?? 0;
  return { freshMs: Math.min(MOST_MS, Math.max(0, lifetimeMs - ageMs)), isShared };
}

function lifetimeOf(
  directives: ReadonlyMap<string, string>,
  { expires, date }: IncomingHttpHeaders,
  nowMs: number,
): number {
  for (const name of ['s-maxage', 'max-age']) {
    // One that cannot be read says that it does not stay (section 4.2.1).
    if (directives.has(name)) return secondsOf(directives.get(name)) ?? 0;
  }
  if (expires === undefined) return SILENT_MS;
  const fromMs = Date.parse(date ?? '');
  return (Date.parse(expires) || 0) - (Number.isNaN(fromMs) ? nowMs : fromMs);
}

/** Names in lower case, values without quotes. */
function directivesOf(header: string): Map<string, string> {
  return new Map(
    header.split(',').map((directive) => {
      const [name = '', value = ''] = directive.split('=');
      return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
}

/** In milliseconds; undefined for what is no number of seconds. */
function secondsOf(text: string | undefined): number | undefined {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) * 1000 : undefined;
}
