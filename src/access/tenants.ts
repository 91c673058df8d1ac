/** Whose data something is. */

import { sha256Hex } from '../host/digest.ts';

/** Everybody's, where no key is asked for; its data lies where it lay before there were tenants. */
export const OPEN_TENANT = 'open';

/** In small letters: some file systems do not tell them from capital ones. */
const TENANT = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function isTenant(text: string): boolean {
  return TENANT.test(text);
}

/** Enough that nobody finds two subjects with one name. */
const DIGITS = 40;

/**
 * The tenant of a token's subject: the subject itself where it can be a tenant's name, otherwise a name made of
 * its digest, which no key can have.
 */
export function tenantOfSubject(subject: string): string {
  if (isTenant(subject) && subject !== OPEN_TENANT) return subject;
  return `_${sha256Hex(subject).slice(0, DIGITS)}`;
}
