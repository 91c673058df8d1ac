/** JSON Web Tokens of an identity provider, whose keys are read from its JWKS (RFC 7517, 7519; RFC 8725 for the checks). */

import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { ProblemError } from '../errors.ts';
import { inSpan } from '../telemetry/tracing.ts';
import { keyRefused } from './challenges.ts';
import type { Principal } from './principal.ts';
import { isScope } from './scopes.ts';
import { tenantOfSubject } from './tenants.ts';

/** Of signatures that everybody can check and only the provider can make. */
export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

export interface TokenRules {
  /** Where the provider's keys are. */
  readonly jwksUrl: string;
  /** What `iss` and `aud` must be. */
  readonly issuer: string;
  readonly audience: string;
  /** No other algorithm is accepted, whatever a token says. */
  readonly algorithms: readonly string[];
  /** Of every token's tenant: requests a second, pixels a day. */
  readonly rate: number | undefined;
  readonly quota: number | undefined;
}

export interface Tokens {
  /**
   * Who holds the token: `sub` is the tenant, `scope` (RFC 8693, section 4.2) what it allows. Throws `key-refused`,
   * and `provider-unavailable` where the provider's keys cannot be read.
   */
  holder(token: string): Promise<Principal>;
}

/** Clocks differ. */
const TOLERANCE_SECONDS = 5;

const TIMEOUT_MS = 5000;

export function createTokens(rules: TokenRules): Tokens {
  const { jwksUrl, issuer, audience, algorithms, rate, quota } = rules;
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: tracedFetch,
  });
  const checks = {
    issuer,
    audience,
    algorithms: [...algorithms],
    requiredClaims: ['sub', 'exp'],
    clockTolerance: TOLERANCE_SECONDS,
  };
  return {
    async holder(token) {
      const { payload } = await jwtVerify(token, keys, checks).catch(refused);
      return { tenant: tenantOfSubject(payload.sub ?? ''), scopes: scopesOf(payload), rate, quota };
    },
  };
}

const tracedFetch: FetchImplementation = (url, options) => {
  const { hostname, port, protocol } = new URL(url);
  const attributes = {
    'http.request.method': options.method,
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': port === '' ? undefined : Number(port),
  };
  return inSpan(options.method, { kind: 'client', attributes }, async (span) => {
    const answer = await fetch(url, options);
    span.set({ 'http.response.status_code': answer.status });
    if (!answer.ok) span.fail(String(answer.status));
    return answer;
  });
};

function scopesOf({ scope }: JWTPayload) {
  return typeof scope === 'string' ? scope.split(' ').filter(isScope) : [];
}

/** The library's own errors are not passed on: they have the token's claims in them. */
function refused(error: unknown): never {
  if (error instanceof errors.JWTExpired)
    throw keyRefused('Expected a token that is valid; this one expired.');
  if (error instanceof errors.JWTClaimValidationFailed) {
    throw keyRefused(`Expected another value for the claim ${error.claim} of the token.`);
  }
  if (!isOfToken(error)) {
    const detail = 'The keys that tokens are checked with cannot be read now.';
    throw new ProblemError('provider-unavailable', detail, { retryAfterSeconds: 5, cause: error });
  }
  throw keyRefused(
    'Expected a token that is signed by a known key and with an accepted algorithm.',
  );
}

/** Whether the token is at fault, and not the way to the provider's keys. */
function isOfToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return ![errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code].includes(
    error.code,
  );
}
