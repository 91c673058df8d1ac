/**
 * Signed addresses of paintings, by imgproxy's rule (https://docs.imgproxy.net/usage/signing_url): base64url of
 * HMAC-SHA256, under a key, of a salt and all of the path that follows the signature.
 */

import { isUtf8 } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { listOf } from '../config/kinds.ts';
import { invalidField, ProblemError } from '../errors.ts';

/** Before the signature. */
export const PAINTINGS_PATH = '/v1/paintings/';

export interface UrlKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

type Keys = Pick<Config, 'SIGNED_URL_KEYS' | 'SIGNED_URL_SALTS'>;

/** In the order of the settings: the first one signs. */
export function urlKeysOf({ SIGNED_URL_KEYS, SIGNED_URL_SALTS }: Keys): UrlKey[] {
  const salts = listOf(SIGNED_URL_SALTS);
  return listOf(SIGNED_URL_KEYS).map((key, i) => ({
    key: Buffer.from(key, 'hex'),
    salt: Buffer.from(salts[i] ?? '', 'hex'),
  }));
}

/** What a signed address asks for. */
export interface AskedPainting {
  /** Names and texts of options, in their order. */
  readonly options: readonly (readonly [name: string, text: string])[];
  /** Address of the photograph. */
  readonly source: string;
}

/** Stands where there is no option: a path has no empty part. */
const NO_OPTIONS = '-';

/** Path of the painting. Texts of options are of letters, digits and `.,:_-`. */
export function paintingPath({ options, source }: AskedPainting, key: UrlKey): string {
  const pairs = options.map(([name, text]) => `${name}=${text}`);
  const signed = `/${pairs.join(';') || NO_OPTIONS}/${Buffer.from(source).toString('base64url')}`;
  return PAINTINGS_PATH + signatureOf(signed, key) + signed;
}

/**
 * What the address asks for. Throws a `forbidden` problem where none of the keys has signed exactly this, and an
 * `invalid-request` problem where one has, and it is still not as expected.
 */
export function readPaintingUrl(
  { pathname, search }: Pick<URL, 'pathname' | 'search'>,
  keys: readonly UrlKey[],
) {
  const [, signature = '', signed = ''] = SIGNED.exec(pathname) ?? [];
  if (search !== '') throw new ProblemError('forbidden', 'Expected no query: it is not signed.');
  if (!keys.some((key) => isSigned(signed, signature, key))) {
    const none = keys.length === 0 ? ' This service has no keys for them (SIGNED_URL_KEYS).' : '';
    throw new ProblemError('forbidden', `The signature of this URL is wrong.${none}`);
  }
  return askedBy(signed);
}

const SIGNED = /^\/v1\/paintings\/([\w-]+)(\/.+)$/;

function isSigned(signed: string, signature: string, key: UrlKey): boolean {
  const right = Buffer.from(signatureOf(signed, key));
  const got = Buffer.from(signature);
  return got.length === right.length && timingSafeEqual(got, right);
}

/** `signed` is the path behind the signature, with its slash. */
export function signatureOf(signed: string, { key, salt }: UrlKey): string {
  return createHmac('sha256', key).update(salt).update(signed).digest('base64url');
}

function askedBy(signed: string): AskedPainting {
  const [, options = '', source = ''] = signed.split('/');
  const pairs = options === NO_OPTIONS ? [] : options.split(';').map(pairOf);
  return { options: pairs, source: sourceOf(source) };
}

function pairOf(text: string): [string, string] {
  const [, name, value] = /^(\w+)=([\w.,:-]*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  const got = JSON.stringify(text.slice(0, MAX_SHOWN_CHARACTERS));
  throw invalidField('/options', `Expected options such as "max_size=640;quality=80", got ${got}.`);
}

function sourceOf(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  const source = bytes.toString();
  const isWhole = bytes.toString('base64url') === text && isUtf8(bytes);
  if (isWhole && /^https?:/i.test(source) && source.length <= MAX_SOURCE_CHARACTERS) return source;
  throw invalidField(
    '/source',
    'Expected an http(s) URL in base64url, without "=" at its end, ' +
      `of at most ${MAX_SOURCE_CHARACTERS} characters, got ${JSON.stringify(source.slice(0, MAX_SHOWN_CHARACTERS))}.`,
  );
}

/** Characters of what was signed that an answer repeats. */
const MAX_SHOWN_CHARACTERS = 60;

/** Headers of requests, of which the path is a part, may have 16 KiB; base64 makes four of three. */
const MAX_SOURCE_CHARACTERS = 8192;
