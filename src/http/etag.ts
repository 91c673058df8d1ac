/** Strong entity tags (RFC 9110, section 8.8.3). */

import { createHash } from 'node:crypto';

/** A tag of everything that the bytes of an answer follow from. */
export function entityTag(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(createHash('sha256').update(part).digest());
  return `"${hash.digest('base64url').slice(0, 32)}"`;
}

/** Whether If-None-Match names the tag; weak comparison, as the RFC asks. */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((item) => item.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(tag);
}
