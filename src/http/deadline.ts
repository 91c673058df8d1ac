/** How long an answer may take: what is configured, and what the function lives that this runs in. */

import type { Context } from 'hono';
import type { Config } from '../config/config.ts';

/** What Hono's adapter for Lambda passes along. */
interface LambdaBindings {
  readonly lambdaContext?: { readonly getRemainingTimeInMillis?: () => number };
}

/** Kept of a function's time for sending the answer. */
const FUNCTION_MARGIN_MS = 1500;

/** Milliseconds from now. */
export function answerTimeoutMs(c: Context, { REQUEST_TIMEOUT_MS }: Config): number {
  const { lambdaContext } = (c.env ?? {}) as LambdaBindings;
  const leftMs = lambdaContext?.getRemainingTimeInMillis?.();
  if (leftMs === undefined) return REQUEST_TIMEOUT_MS;
  return Math.min(REQUEST_TIMEOUT_MS, Math.max(0, leftMs - FUNCTION_MARGIN_MS));
}
