/** Kinds of settings beyond numbers and words: what cannot be right is refused when it is read. */

import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { TOKEN_ALGORITHMS } from '../access/tokens.ts';
import { MAX_TIMER_MS } from '../concurrency/timers.ts';

/** A whole number, not below the minimum. */
export const whole = (minimum: number) => z.coerce.number().int().min(minimum);

/** As timers can count them. */
export const milliseconds = (minimum: number) => whole(minimum).max(MAX_TIMER_MS);

/** Items of a list that is separated by commas. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/**
 * A list in which every item is read by `read`, which gives undefined for what is none; or one of
 * the words that stand for a `whole` list.
 */
function list(
  expected: string,
  read: (item: string) => string | undefined,
  whole: readonly string[] = [],
) {
  return z.string().transform((text, context) => {
    if (whole.includes(text)) return text;
    const items = listOf(text).map((item) => ({ item, value: read(item) }));
    for (const { item } of items.filter(({ value }) => value === undefined)) {
      context.addIssue({ code: 'custom', message: `Expected ${expected} instead of "${item}"` });
    }
    return items.map(({ value }) => value ?? '').join();
  });
}

function parsedUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function isPlainHttp({ protocol, username, password, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

/** Where an http(s) server is: without credentials, query or fragment, and without a slash at the end. */
export const httpAddress = z
  .string()
  .refine((text) => text === '' || isPlainHttp(parsedUrl(text) ?? new URL('none:')), {
    error: 'Expected an http(s) URL without user name, query and fragment',
  })
  .transform((text) => text.replace(/\/+$/, ''));

const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)$/;

/** As URLs have it: in small letters, international names in their ASCII form. */
function hostOf(text: string): string | undefined {
  if (/[/:@?#\\\s*]/.test(text.replace(/^\[[^\]]*\]$/, ''))) return undefined;
  const host = parsedUrl(`http://${text}/`)?.hostname ?? '';
  return HOST.test(host) ? host : undefined;
}

/** `*` for all, or hosts, each perhaps with `*.` before it for those below. */
export const hostList = list(
  'a host such as "cdn.example" or "*.shop.example", and "*" only by itself,',
  (item) => {
    const [, below = '', name = ''] = /^(\*\.)?(.*)$/s.exec(item) ?? [];
    const host = hostOf(name);
    return host && below + host;
  },
  ['*'],
);

/** IP addresses and ranges such as `10.0.0.0/8`. */
export const addressList = list('an IP address or a range such as "10.0.0.0/8"', (item) => {
  const [address = '', bits, ...rest] = item.split('/');
  if (isIP(address) === 0 || rest.length > 0) return undefined;
  if (bits === undefined) return item;
  const most = isIPv4(address) ? 32 : 128;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? item : undefined;
});

/** `*`, `none`, or origins as browsers send them. */
export const originList = list(
  'an origin such as "https://shop.example", and "*" or "none" only by itself,',
  (item) => {
    if (item === 'null') return item;
    const origin = parsedUrl(item)?.origin;
    return origin === item.toLowerCase() ? origin : undefined;
  },
  ['*', 'none'],
);

function webAddress(text: string): string | undefined {
  const url = parsedUrl(text);
  return url && isPlainHttp(url) ? url.href : undefined;
}

/** Beginnings of http(s) URLs; a host by itself is one with a slash behind it. */
export const beginningList = list(
  'the beginning of an http(s) URL such as "https://cdn.example/photos/"',
  webAddress,
);

/** Algorithms of tokens that nobody but the provider can sign. */
export const algorithmList = list(`one of ${TOKEN_ALGORITHMS.join(', ')}`, (item) =>
  TOKEN_ALGORITHMS.find((algorithm) => algorithm === item),
);

/** What signs URLs: long enough that nobody guesses it. */
export const MIN_SECRET_CHARACTERS = 16;

export const secret = z
  .string()
  .refine((text) => text === '' || text.length >= MIN_SECRET_CHARACTERS, {
    error: `Expected at least ${MIN_SECRET_CHARACTERS} characters`,
  });

/** Keys of HMAC, and what is signed before each text: hexadecimal digits, two for a byte. */
export const hexList = z
  .string()
  .refine((text) => listOf(text).every((item) => /^(?:[0-9a-f]{2}){16,}$/i.test(item)), {
    error: 'Expected at least 32 hexadecimal digits for each, an even number',
  });

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, and older names. */
export const bucketName = z.string().regex(/^(?:[\w][\w.-]{1,253}[\w])?$/, {
  error: 'Expected the name of a bucket',
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
export const tableName = z.string().regex(/^(?:[\w.-]{3,255})?$/, {
  error: 'Expected the name of a table',
});

/** Put before keys, which have no slash at their beginning. */
export const keyPrefix = z.string().regex(/^(?:[\w!.*'()-][\w!.*'()/-]*)?$/, {
  error: 'Expected a prefix such as "impasto/"',
});

const SUFFIXES = ['S', '_MS', '_SECONDS', '_BYTES', '_URL', '_DIR'];

/**
 * The name that was probably meant, for one that is unknown: a letter off, or with the wrong
 * unit. Names of one word are too common to tell.
 */
export function nameMeantBy(name: string, names: readonly string[]): string | undefined {
  const alike = (ours: string) => isOneLetterOff(name, ours) || differsInSuffix(name, ours);
  return names.find((ours) => [name, ours].every((word) => word.includes('_')) && alike(ours));
}

function differsInSuffix(a: string, b: string): boolean {
  return SUFFIXES.some((suffix) => a === b + suffix || b === a + suffix);
}

/** One letter added, left out or changed, or two neighbors exchanged. */
function isOneLetterOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let [begin, endA, endB] = [0, a.length, b.length];
  while (begin < Math.min(endA, endB) && a[begin] === b[begin]) begin += 1;
  while (endA > begin && endB > begin && a[endA - 1] === b[endB - 1])
    [endA, endB] = [endA - 1, endB - 1];
  const [restA, restB] = [a.slice(begin, endA), b.slice(begin, endB)];
  const exchanged = restA.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
  return exchanged || Math.max(restA.length, restB.length) <= 1;
}
