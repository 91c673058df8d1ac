/**
 * Adaptive balancing: the style weight follows the gradients, so that style pulls at the painting a
 * chosen number of times as hard as content (after Chen et al., "GradNorm", 2018).
 */

/** Steps between two measurements. */
export const BALANCE_EVERY = 5;

/** How far one measurement moves the weight, on a logarithmic scale. */
const PACE = 0.3;

const [LEAST, MOST] = [1e-3, 1e6];

export interface Pull {
  /** Mean squared gradient of the content loss, of the style loss. */
  readonly energies: readonly [number, number];
  readonly contentWeight: number;
}

/**
 * The style weight after a measurement, a float32 as checkpoints keep it; `current` is the one
 * before. The gradients' norms, each times its weight, are to stand in this ratio, style to content.
 */
export function balancedStyleWeight(current: number, pull: Pull, ratio: number): number {
  const [content, style] = pull.energies.map(Math.sqrt) as [number, number];
  const wanted = (ratio * pull.contentWeight * content) / style;
  if (!Number.isFinite(wanted) || wanted <= 0) return current;
  const moved = Math.exp((1 - PACE) * Math.log(current) + PACE * Math.log(wanted));
  return Math.fround(Math.min(MOST, Math.max(LEAST, moved)));
}
