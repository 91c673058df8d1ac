/** Refusals of callers, by RFC 6750 (bearer tokens), section 3. */

import { ProblemError } from '../errors.ts';
import type { Scope } from './scopes.ts';

const REALM = 'Bearer realm="impasto"';

/** 401 to a request that shows nothing: no error code (section 3.1). */
export function keyNeeded(): ProblemError {
  return new ProblemError(
    'key-needed',
    'Expected an Authorization header, "Bearer imp_<id>_<secret>".',
    {
      headers: { 'www-authenticate': REALM },
    },
  );
}

/** 401. `detail` has no quotes and nothing of what was shown. */
export function keyRefused(detail: string): ProblemError {
  const challenge = `${REALM}, error="invalid_token", error_description="${detail}"`;
  return new ProblemError('key-refused', detail, { headers: { 'www-authenticate': challenge } });
}

/** 403. */
export function scopeMissing(scope: Scope): ProblemError {
  const challenge = `${REALM}, error="insufficient_scope", scope="${scope}"`;
  return new ProblemError('scope-missing', `Expected a key with the scope ${scope}.`, {
    headers: { 'www-authenticate': challenge },
  });
}
