/** The layers of a network in groups of those that belong together. */

import type { Convolution, InstanceNorm, Layer } from './layers.ts';

export interface NormalizedBlock {
  readonly kind: 'normalized';
  /** Whether it reads its input with every pixel repeated twice in both directions. */
  readonly isDoubled: boolean;
  readonly convolution: Convolution;
  readonly norm: InstanceNorm;
  /** Whether a ReLU follows. */
  readonly isRectified: boolean;
}

/** x + blocks(x). */
export interface ResidualBlock {
  readonly kind: 'residual';
  readonly blocks: readonly Block[];
}

export type Block = NormalizedBlock | ResidualBlock;

/** Throws a `TypeError` for a convolution without instance norm after it. */
export function blocksOf(layers: readonly Layer[]): Block[] {
  const [first] = layers;
  if (first === undefined) return [];
  if (first.kind === 'residual') {
    return [{ kind: 'residual', blocks: blocksOf(first.layers) }, ...blocksOf(layers.slice(1))];
  }
  const isDoubled = first.kind === 'upsample';
  const [convolution, norm, next, ...rest] = isDoubled ? layers.slice(1) : layers;
  if (convolution?.kind !== 'convolution' || norm?.kind !== 'instanceNorm') {
    const found = [convolution, norm].map((layer) => layer?.kind ?? 'nothing').join(', ');
    throw new TypeError(`Expected a convolution and instance norm, got ${found}.`);
  }
  const isRectified = next?.kind === 'relu';
  const block: NormalizedBlock = { kind: 'normalized', isDoubled, convolution, norm, isRectified };
  return [block, ...blocksOf(isRectified || next === undefined ? rest : [next, ...rest])];
}
