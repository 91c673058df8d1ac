/** Links to the page with a painting on it: one at a signed URL, or one that is kept for a while. */

import type { Config } from '../config/config.ts';
import { ProblemError } from '../errors.ts';
import { OUTPUT_FORMATS } from '../pictures/formats.ts';
import { BLOBS_PATH, type UrlSigner } from '../storage/url-signer.ts';
import { PAINTINGS_PATH, readPaintingUrl, urlKeysOf } from './painting-url.ts';

/** Of the page's address: the path of the painting. */
export const SHARED_PAINTING = 'painting';

/** What its signed URLs would begin with if this service signed them. */
export const OWN_ORIGIN = 'http://own.invalid';

/** `url` is one that this service has signed, of a picture that it keeps. */
export function pageLink(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}/?${new URLSearchParams({ [SHARED_PAINTING]: pathname + search })}`;
}

interface Signing {
  readonly config: Pick<Config, 'SIGNED_URL_KEYS' | 'SIGNED_URL_SALTS'>;
  readonly signer: UrlSigner | undefined;
}

/**
 * The path of the painting that a link is to. Whoever has signed the URL of a painting has said that it may be seen;
 * undefined for what nobody has signed, and for what is kept no longer.
 */
export function linkedPicture(
  path: string | undefined,
  { config, signer }: Signing,
): string | undefined {
  if (!path?.startsWith('/') || !URL.canParse(path, OWN_ORIGIN)) return undefined;
  const url = new URL(path, OWN_ORIGIN);
  if (url.pathname.startsWith(`${BLOBS_PATH}/`)) {
    return isPicture(url) && signer?.verify('GET', url) ? url.pathname + url.search : undefined;
  }
  if (!url.pathname.startsWith(PAINTINGS_PATH)) return undefined;
  try {
    readPaintingUrl(url, urlKeysOf(config));
    return url.pathname;
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

/** Signed URLs lead to videos, too. */
function isPicture({ pathname }: URL): boolean {
  const extension = pathname.split('.').at(-1);
  return OUTPUT_FORMATS.some((format) => format === extension);
}
