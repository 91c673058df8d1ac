/** Whether a painting had to be painted, as answers tell it (RFC 9211). */

import { z } from '@hono/zod-openapi';
import type { Origin } from '../results/results.ts';

const PARAMETERS: Readonly<Record<Origin, string>> = {
  hit: 'hit',
  collapsed: 'fwd=miss; collapsed',
  stored: 'fwd=miss; stored',
  passed: 'fwd=miss',
};

export function cacheStatus(origin: Origin): string {
  return `impasto; ${PARAMETERS[origin]}`;
}

export const cacheStatusHeader = z.string().optional().openapi({
  description: 'Whether the painting was kept, or had to be painted (RFC 9211).',
  example: 'impasto; hit',
});
