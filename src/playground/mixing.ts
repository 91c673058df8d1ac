/** Shares of a mix: they add up to 1, whatever is done to one of them. */

import type { MixPart } from '../network/mix.ts';

type Mix = readonly MixPart[];

/** Styles in one mix: more would be a gray one. */
export const MAX_PARTS = 3;

/** Every style of a mix has a part in it. */
export const MIN_SHARE = 0.01;

/** The same with weights that add up to 1. */
export function shares(mix: Mix): MixPart[] {
  const sum = mix.reduce((total, { weight }) => total + weight, 0);
  return mix.map(({ style, weight }) => ({ style, weight: weight / sum }));
}

/** A new style gets as much as each one had on average; the others give of theirs in proportion. */
export function withStyle(mix: Mix, style: string): MixPart[] {
  const share = 1 / (mix.length + 1);
  const others = shares(mix).map((part) => ({ ...part, weight: part.weight * (1 - share) }));
  return [...others, { style, weight: share }];
}

export function withoutStyle(mix: Mix, style: string): MixPart[] {
  return shares(mix.filter((part) => part.style !== style));
}

/** One style gets this share; the others divide the rest as they did before. */
export function withShare(mix: Mix, style: string, share: number): MixPart[] {
  const others = mix.filter((part) => part.style !== style);
  const least = MIN_SHARE * others.length;
  const own = Math.min(1 - least, Math.max(MIN_SHARE, share));
  const divided = atLeast(shares(others), MIN_SHARE / (1 - own));
  return mix.map((part) => {
    if (part.style === style) return { style, weight: own };
    const weight = divided.find((other) => other.style === part.style)?.weight ?? 0;
    return { style: part.style, weight: weight * (1 - own) };
  });
}

/** Shares of whole percents that add up to 100. */
export function percents(mix: Mix): number[] {
  let before = 0;
  let total = 0;
  return shares(mix).map(({ weight }) => {
    total += 100 * weight;
    const percent = Math.round(total) - before;
    before = Math.round(total);
    return percent;
  });
}

/** Shares that are too small are lifted; the largest pays for it. */
function atLeast(mix: Mix, minimum: number): MixPart[] {
  const lifted = mix.map((part) => ({ ...part, weight: Math.max(minimum, part.weight) }));
  const excess = lifted.reduce((sum, { weight }) => sum + weight, 0) - 1;
  const largest = lifted.reduce((a, b) => (b.weight > a.weight ? b : a));
  return lifted.map((part) =>
    part === largest ? { ...part, weight: part.weight - excess } : part,
  );
}
