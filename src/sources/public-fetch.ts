/**
 * Requests to addresses that callers name. The address is resolved once and the connection goes to
 * what was found and allowed, so a name cannot be one thing when it is checked and another when it
 * is used; addresses that are not public are refused, after every redirect again.
 */

import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

export interface Guard {
  /** Names that may be addressed, `*.example.org` for all below; undefined for any. */
  readonly hosts?: readonly string[] | undefined;
  /** Addresses or CIDR ranges that are allowed although they are not public. */
  readonly privateAddresses: readonly string[];
}

export interface PublicRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Most bytes of an answer. */
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly signal: AbortSignal;
}

export interface PublicAnswer {
  readonly status: number;
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
 * Requests reject with an {@link AddressRefusedError}, a {@link FetchFailedError} or the signal's
 * reason. `resolve` is asked once for each connection.
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
      const response = await send(url, request, agents);
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if (status < 300 || status > 399 || location === undefined || request.maxRedirects === 0) {
        return { status, bytes: await limited(response, request.maxBytes) };
      }
      response.destroy();
      if (redirects === request.maxRedirects) {
        throw new FetchFailedError(`Expected at most ${request.maxRedirects} redirects, got more.`);
      }
      url = allowedUrl(new URL(location, url).href, guard);
    }
  };
}

function allowedUrl(address: string, { hosts }: Guard): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new AddressRefusedError(`Expected an http(s) URL, got ${JSON.stringify(address)}.`);
  }
  if (url.username || url.password) {
    throw new AddressRefusedError('Expected a URL without a user name and password.');
  }
  const matches = (pattern: string) =>
    pattern.startsWith('*.') ? url.hostname.endsWith(pattern.slice(1)) : url.hostname === pattern;
  if (hosts !== undefined && !hosts.some(matches)) {
    throw new AddressRefusedError(`Expected one of the hosts allowed here, got ${url.hostname}.`);
  }
  return url;
}

type Agents = Readonly<
  Record<'http:' | 'https:', RequestFilteringHttpAgent | RequestFilteringHttpsAgent>
>;

function send(
  url: URL,
  { method, headers, body, signal }: PublicRequest,
  agents: Agents,
): Promise<IncomingMessage> {
  const secure = url.protocol === 'https:';
  const begin = secure ? httpsRequest : httpRequest;
  const agent = agents[secure ? 'https:' : 'http:'];
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(explained(error, url, signal));
    try {
      // Encodings are not offered: what unpacks to a thousand times its size is never unpacked.
      const sent = { 'accept-encoding': 'identity', 'user-agent': 'impasto', ...headers };
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

async function limited(
  response: IncomingMessage,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.byteLength;
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new FetchFailedError('The connection was lost before the end of the answer.', { cause });
  }
  if (length > maxBytes) {
    throw new FetchFailedError(`Expected at most ${maxBytes} bytes, got more.`);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
