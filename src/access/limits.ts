/** How often and how much a key may ask, and what callers are told of it (draft-ietf-httpapi-ratelimit-headers-10). */

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from '../errors.ts';
import type { Principal } from './principal.ts';
import { secondsLeftOfDay, type Usage } from './usage.ts';

export interface Limits {
  /**
   * Counts a request. Gives the fields that its answer tells the caller, in lower case; none where the key has no
   * limits. `paints` says whether it may use up pixels. Throws `rate-limited` and `quota-used-up` problems, which
   * have the same fields.
   */
  count(principal: Principal, paints: boolean): Promise<Readonly<Record<string, string>>>;
}

/** What a key may still do of one thing, in a window of time. */
interface Standing {
  readonly name: string;
  readonly unit: string;
  readonly most: number;
  readonly windowSeconds: number;
  readonly left: number;
  /** Until it is `most` again. */
  readonly resetSeconds: number;
}

const DAY_SECONDS = 86_400;

/** Requests are counted in this process; pixels in the tenant's store, for all processes together. */
export function createLimits(usage: Usage): Limits {
  const limiters = new Map<number, RateLimiterMemory>();

  const limiterOf = (rate: number): RateLimiterMemory => {
    const limiter = limiters.get(rate) ?? new RateLimiterMemory({ points: rate, duration: 1 });
    limiters.set(rate, limiter);
    return limiter;
  };

  const requests = async (keyId: string, rate: number) => {
    const { isRefused, result } = await limiterOf(rate)
      .consume(keyId)
      .then((passed) => ({ isRefused: false, result: passed }), refusal);
    const standing = {
      name: 'requests',
      unit: 'requests',
      most: rate,
      windowSeconds: 1,
      left: result.remainingPoints,
      resetSeconds: Math.ceil(result.msBeforeNext / 1000),
    };
    return { isRefused, standing };
  };

  const pixels = async (tenant: string, quota: number) => {
    const left = Math.max(0, quota - (await usage.pixelsOf(tenant)));
    const standing = {
      name: 'pixels',
      unit: 'pixels',
      most: quota,
      windowSeconds: DAY_SECONDS,
      left,
      resetSeconds: secondsLeftOfDay(new Date()),
    };
    return { isRefused: left === 0, standing };
  };

  return {
    async count({ tenant, keyId = `tenant ${tenant}`, rate, quota }, paints) {
      const asked = rate === undefined ? undefined : await requests(keyId, rate);
      if (asked?.isRefused) throw rateLimited(asked.standing);
      const painted = quota === undefined ? undefined : await pixels(tenant, quota);
      const standings = [asked, painted].flatMap((counted) => counted?.standing ?? []);
      if (paints && painted?.isRefused) throw quotaUsedUp(painted.standing, standings);
      return fieldsOf(standings);
    },
  };
}

/** What the limiter rejects with, where it is no failure. */
function refusal(reason: unknown): { isRefused: true; result: RateLimiterRes } {
  if (reason instanceof RateLimiterRes) return { isRefused: true, result: reason };
  throw reason;
}

function rateLimited(standing: Standing): ProblemError {
  const { most, resetSeconds } = standing;
  return new ProblemError(
    'rate-limited',
    `Expected at most ${most} requests a second of this key.`,
    {
      retryAfterSeconds: resetSeconds,
      headers: fieldsOf([standing]),
    },
  );
}

function quotaUsedUp(
  { most, resetSeconds }: Standing,
  standings: readonly Standing[],
): ProblemError {
  const detail = `Expected at most ${most} pixels a day (UTC) of this tenant, by this key; they are used up.`;
  return new ProblemError('quota-used-up', detail, {
    retryAfterSeconds: resetSeconds,
    headers: fieldsOf(standings),
  });
}

function fieldsOf(standings: readonly Standing[]): Readonly<Record<string, string>> {
  if (standings.length === 0) return {};
  const policies = standings.map(
    ({ name, unit, most, windowSeconds }) => `"${name}";q=${most};qu="${unit}";w=${windowSeconds}`,
  );
  const left = standings.map(
    ({ name, left, resetSeconds }) => `"${name}";r=${left};t=${resetSeconds}`,
  );
  return { 'ratelimit-policy': policies.join(', '), ratelimit: left.join(', ') };
}
