/** Whether a request may be answered: who asks by its Authorization header, and whether that is enough. */

import { keyNeeded, keyRefused, scopeMissing } from './challenges.ts';
import type { KeyRing } from './key-ring.ts';
import { ANYBODY, type Principal } from './principal.ts';
import type { Scope } from './scopes.ts';
import { matches, presentedKey } from './secret.ts';
import type { Tokens } from './tokens.ts';

export interface Access {
  /** Whether nobody is asked for a key, as of now. */
  isOpen(): Promise<boolean>;
  /**
   * Who asks, whose key must allow the scope where there is one. Throws `key-needed`, `key-refused` and `scope-missing` problems, and `provider-unavailable` where
   * a token cannot be checked.
   */
  admit(authorization: string | undefined, scope: Scope | undefined): Promise<Principal>;
}

/** `auto` asks for keys as soon as there are some, and for good. */
export type AccessMode = 'auto' | 'keys' | 'open';

export interface AccessParts {
  readonly mode: AccessMode;
  readonly ring: KeyRing;
  /** Where tokens of a provider are accepted beside keys. */
  readonly tokens?: Tokens | undefined;
  readonly now?: () => Date;
}

export function createAccess({ mode, ring, tokens, now = () => new Date() }: AccessParts): Access {
  let closed = mode === 'keys' || tokens !== undefined;

  const isOpen = async (): Promise<boolean> => {
    if (mode === 'open') return true;
    closed ||= await ring.isThere();
    return !closed;
  };

  const keyHolder = async (text: string): Promise<Principal> => {
    const shown = presentedKey(text);
    if (shown === undefined) throw keyRefused('Expected a key of the form imp_<id>_<secret>.');
    const record = await ring.find(shown.id);
    if (!matches(shown.secret, record?.hashes) || record === undefined) {
      throw keyRefused('Expected a key that is known; this one is not, or was revoked.');
    }
    const { tenant, scopes, id: keyId, expires, rate, quota } = record;
    if (expires !== undefined && new Date(expires) <= now()) {
      throw keyRefused(`Expected a key that works; this one expired at ${expires}.`);
    }
    return { tenant, scopes, keyId, rate, quota };
  };

  const holderOf = async (text: string): Promise<Principal> =>
    tokens !== undefined && TOKEN.test(text) ? tokens.holder(text) : keyHolder(text);

  return {
    isOpen,
    async admit(authorization, scope) {
      if (await isOpen()) return ANYBODY;
      const principal = await holderOf(bearerOf(authorization));
      if (scope !== undefined && !principal.scopes.includes(scope)) throw scopeMissing(scope);
      return principal;
    },
  };
}

/** Three parts in base64url (RFC 7515, section 3.1). */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** The word after `Bearer` (RFC 6750, section 2.1), whose case does not matter (RFC 9110, section 11.1). */
function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) throw keyNeeded();
  const [, token] = /^bearer +([^\s,]+) *$/i.exec(authorization) ?? [];
  if (token === undefined)
    throw keyRefused('Expected an Authorization header with Bearer and a key.');
  return token;
}
