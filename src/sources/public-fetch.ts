/**
 * Requests to addresses that callers name. The address is resolved once and the connection goes to
 * what was found and allowed, so a name cannot be one thing when it is checked and another when it
 * is used; addresses that are not public are refused, after every redirect again.
 */

import { isUtf8 } from 'node:buffer';
import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { after } from '../concurrency/timers.ts';
import { traceHeaders } from '../telemetry/trace-context.ts';
import { inSpan } from '../telemetry/tracing.ts';
import { isSpecial, rangesOf } from './special-addresses.ts';

export interface Guard {
  /** Names that may be addressed, `*.example.org` for all below; undefined for any. */
  readonly hosts?: readonly string[] | undefined;
  /** What addresses begin with, such as `https://cdn.example/photos/`; undefined for any beginning. */
  readonly beginnings?: readonly string[] | undefined;
  /** Addresses or CIDR ranges that are allowed although they are not public. */
  readonly privateAddresses: readonly string[];
}

export interface PublicRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Most bytes of an answer; where absent, its head is all that is waited for. */
  readonly maxBytes?: number;
  /** Told of the answer's bytes as they arrive; what it throws ends the transfer. */
  readonly count?: (bytes: number) => void;
  readonly maxRedirects: number;
  /** Whether the server is told of the trace: strangers that have a photograph are not. */
  readonly tellsTrace?: boolean;
  readonly signal: AbortSignal;
}

export interface PublicAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Empty where none were asked for. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type PublicFetch = (url: string, request: PublicRequest) => Promise<PublicAnswer>;

/** The address itself is not allowed: trying again is of no use. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** Nothing usable came back. */
export class FetchFailedError extends Error {
  override readonly name = 'FetchFailedError';
}

/**
 * Requests reject with an {@link AddressRefusedError}, a {@link FetchFailedError}, the signal's
 * reason, or what counting throws. `resolve` is asked once for each connection.
 */
export function publicFetch(guard: Guard, resolve: LookupFunction = lookup): PublicFetch {
  const filter = { lookup: resolve, allowIPAddressList: [...guard.privateAddresses] };
  const agents = {
    'http:': new RequestFilteringHttpAgent(filter),
    'https:': new RequestFilteringHttpsAgent(filter),
  };
  return async function fetchPublic(address, request) {
    let url = allowedUrl(address, guard);
    for (let redirects = 0; ; redirects += 1) {
      request.signal.throwIfAborted();
      const answer = await ask(url, request, agents, redirects);
      if (typeof answer !== 'string') return answer;
      if (redirects === request.maxRedirects) {
        throw new FetchFailedError(`Expected at most ${request.maxRedirects} redirects, got more.`);
      }
      url = allowedUrl(redirectTarget(answer, url), guard);
    }
  };
}

/** Node reads headers as Latin-1; servers that redirect to other characters send them in UTF-8. */
function redirectTarget(location: string, base: URL): string {
  const bytes = Buffer.from(location, 'latin1');
  const text = isUtf8(bytes) ? bytes.toString('utf8') : location;
  if (URL.canParse(text, base.href)) return new URL(text, base).href;
  throw new FetchFailedError('It redirects to what is no URL.');
}

/** Why an address can never be asked, whatever its name stands for; undefined where it may be. */
export function refusalOf(address: string, guard: Guard): string | undefined {
  const allowed = urlOf(address, guard);
  return typeof allowed === 'string' ? allowed : undefined;
}

function allowedUrl(address: string, guard: Guard): URL {
  const allowed = urlOf(address, guard);
  if (typeof allowed === 'string') throw new AddressRefusedError(allowed);
  return allowed;
}

/** The URL of an address that may be asked, or why it may not. */
function urlOf(address: string, { hosts, beginnings, privateAddresses }: Guard): URL | string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return `Expected an http(s) URL, got ${JSON.stringify(address.slice(0, MAX_SHOWN_CHARACTERS))}.`;
  }
  if (url.username || url.password) return 'Expected a URL without a user name and password.';
  if (url.port === '0' || !isHostName(url.hostname)) {
    return `Expected the host and port of a server, got ${url.host.slice(0, MAX_SHOWN_CHARACTERS)}.`;
  }
  const matches = (pattern: string) =>
    pattern.startsWith('*.') ? url.hostname.endsWith(pattern.slice(1)) : url.hostname === pattern;
  if (hosts !== undefined && !hosts.some(matches)) {
    return `Expected one of the hosts allowed here, got ${url.hostname}.`;
  }
  if (beginnings !== undefined && !beginnings.some((start) => url.href.startsWith(start))) {
    const got = url.href.slice(0, MAX_SHOWN_CHARACTERS);
    return `Expected an address with one of the beginnings allowed here, got ${got}.`;
  }
  if (!isSpecial(url.hostname, rangesOf(privateAddresses))) return url;
  return `Expected a public address, got ${url.hostname}.`;
}

/** Characters of an address that a message repeats. */
const MAX_SHOWN_CHARACTERS = 100;

/** An address in brackets, or labels as the name system can look them up (RFC 1035, section 2.3.4). */
function isHostName(name: string): boolean {
  if (name.startsWith('[')) return true;
  const labels = name.replace(/\.$/, '').split('.');
  return name.length <= 254 && labels.every(({ length }) => length >= 1 && length <= 63);
}

type Agents = Readonly<
  Record<'http:' | 'https:', RequestFilteringHttpAgent | RequestFilteringHttpsAgent>
>;

/** One request, in a span of its own; gives the answer, or where to ask instead. */
function ask(
  url: URL,
  request: PublicRequest,
  agents: Agents,
  resends: number,
): Promise<PublicAnswer | string> {
  const attributes = attributesOf(url, request, resends);
  return inSpan(request.method, { kind: 'client', attributes }, async (span) => {
    const response = await send(url, request, agents);
    const { statusCode: status = 0, headers } = response;
    span.set({ 'http.response.status_code': status });
    if (status >= 400) span.fail(String(status));
    const { location } = headers;
    if (status < 300 || status > 399 || location === undefined || request.maxRedirects === 0) {
      return { status, headers, bytes: await bodyOf(response, request) };
    }
    response.destroy();
    return location;
  });
}

/**
 * After https://opentelemetry.io/docs/specs/semconv/http/http-spans/, but for the whole address: its path and query may
 * be all that it takes to get a photograph, or to post where a webhook goes.
 */
function attributesOf(
  { protocol, hostname, port }: URL,
  { method }: PublicRequest,
  resends: number,
) {
  return {
    'http.request.method': method,
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'http.request.resend_count': resends || undefined,
  };
}

function send(
  url: URL,
  { method, headers, body, tellsTrace, signal }: PublicRequest,
  agents: Agents,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const begin = secure ? httpsRequest : httpRequest;
  const agent = agents[secure ? 'https:' : 'http:'];
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(explained(error, url, signal));
    try {
      // Encodings are not offered: what unpacks to a thousand times its size is never unpacked.
      const sent = {
        'accept-encoding': 'identity',
        'user-agent': 'impasto',
        ...headers,
        ...(tellsTrace && traceHeaders()),
      };
      begin(url, { method, headers: sent, agent, signal }, resolve).on('error', onError).end(body);
    } catch (error) {
      onError(error as NodeJS.ErrnoException);
    }
  });
}

function explained(error: NodeJS.ErrnoException, url: URL, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (/is not allowed/.test(error.message)) {
    return new AddressRefusedError(`Expected a public address, got ${url.hostname}.`);
  }
  return new FetchFailedError(`${url.hostname} could not be reached (${error.code ?? 'error'}).`, {
    cause: error,
  });
}

async function bodyOf(
  response: IncomingMessage,
  { maxBytes, count = () => {}, signal }: PublicRequest,
): Promise<Uint8Array<ArrayBuffer>> {
  if (maxBytes === undefined) {
    letEnd(response);
    return new Uint8Array();
  }
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of chunksOf(response, signal)) {
      length += chunk.byteLength;
      if (length > maxBytes) {
        throw new FetchFailedError(`Expected at most ${maxBytes} bytes, got more.`);
      }
      count(chunk.byteLength);
      chunks.push(chunk);
    }
  } finally {
    response.destroy();
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Rejects with the signal's reason where that is why the answer has no end. */
async function* chunksOf(response: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  const iterator = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await iterator.next().catch((cause: unknown) => {
      if (signal.aborted) throw signal.reason;
      const detail = 'The connection was lost before the end of the answer.';
      throw new FetchFailedError(detail, { cause });
    });
    if (done) return;
    yield value;
  }
}

/** So much of an answer that nobody reads is let through, so that its sender may end it in peace. */
const IGNORED_BYTES = 64 * 1024;
const IGNORED_MS = 1000;

function letEnd(response: IncomingMessage): void {
  let left = IGNORED_BYTES;
  const cancel = after(IGNORED_MS, () => response.destroy());
  response.on('data', (chunk: Buffer) => {
    left -= chunk.byteLength;
    if (left < 0) response.destroy();
  });
  response.on('error', () => {});
  response.once('close', cancel);
}
