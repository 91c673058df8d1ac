/** How long an answer may take: what is configured, and what the function lives that this runs in. */

import type { Context } from 'hono';
import type { Config } from '../config/config.ts';

interface LambdaContext {
  readonly getRemainingTimeInMillis?: () => number;
}

/** What Hono's adapters for Lambda pass along: under one name where answers are whole, under the other where they stream. */
interface LambdaBindings {
  readonly lambdaContext?: LambdaContext;
  readonly context?: LambdaContext;
}

/** Kept of a function's time for sending the answer. */
const FUNCTION_MARGIN_MS = 1500;

/** Milliseconds from now. */
export function answerTimeoutMs(c: Context, { REQUEST_TIMEOUT_MS }: Config): number {
  return Math.min(REQUEST_TIMEOUT_MS, functionTimeMs(c) ?? REQUEST_TIMEOUT_MS);
}

/** Milliseconds until an answer has to end, however long it streams; undefined where nothing ends this process. */
export function functionTimeMs(c: Context): number | undefined {
  const { lambdaContext, context } = (c.env ?? {}) as LambdaBindings;
  const leftMs = (lambdaContext ?? context)?.getRemainingTimeInMillis?.();
  return leftMs === undefined ? undefined : Math.max(0, leftMs - FUNCTION_MARGIN_MS);
}
