/** A style as it is asked for: one style, or several with weights. */

export interface MixPart {
  readonly style: string;
  /** Part of the mix, above 0 and at most 1. */
  readonly weight: number;
}

export interface StyleMix {
  /** Sorted by style, weights adding up to 1. */
  readonly parts: readonly MixPart[];
  /** Canonical text: the same mix always has the same name. */
  readonly name: string;
}

/** What the id of a style looks like. */
export const STYLE_ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const WEIGHT = /^(?:0?\.\d+|[01](?:\.\d*)?)$/;

/** How far weights may miss 1 in total: thirds written with three digits are accepted. */
const SUM_TOLERANCE = 0.005;

/** Weights are kept in thousandths, so that names stay short and caches hit. */
const STEPS = 1000;

export const MAX_MIX_PARTS = 8;

export class MixSyntaxError extends Error {
  override readonly name = 'MixSyntaxError';
}

/**
 * Reads `starry-night`, `great-wave:0.6,starry-night:0.4` or `great-wave,starry-night` (equal
 * parts). Throws a {@link MixSyntaxError} whose message says what was expected and what came.
 */
export function parseStyleMix(text: string): StyleMix {
  const fields = text.split(',').map((field) => field.trim());
  if (fields.length > MAX_MIX_PARTS) {
    throw new MixSyntaxError(
      `Expected at most ${MAX_MIX_PARTS} styles in a mix, got ${fields.length}.`,
    );
  }
  const parts = fields.map(parsePart);
  const styles = parts.map(({ style }) => style);
  const twice = styles.find((style, index) => styles.indexOf(style) !== index);
  if (twice !== undefined)
    throw new MixSyntaxError(`Expected each style once, got "${twice}" twice.`);
  // Sorted before weights are summed: in another order, floats add up to another number.
  const sorted = [...parts].sort((a, b) => (a.style < b.style ? -1 : 1));
  return canonical(weighted(sorted));
}

interface UnweightedPart {
  readonly style: string;
  readonly weight: number | undefined;
}

function parsePart(field: string): UnweightedPart {
  const [style = '', weight, ...rest] = field.split(':');
  if (!STYLE_ID.test(style) || rest.length > 0) {
    throw new MixSyntaxError(
      `Expected a style such as "starry-night" or a mix such as "great-wave:0.6,starry-night:0.4", got ${quoted(field)}.`,
    );
  }
  if (weight === undefined) return { style, weight };
  if (!WEIGHT.test(weight) || Number(weight) > 1) {
    throw new MixSyntaxError(
      `Expected a weight from 0 to 1 for "${style}", got ${quoted(weight)}.`,
    );
  }
  return { style, weight: Number(weight) };
}

function weighted(parts: readonly UnweightedPart[]): MixPart[] {
  const given = parts.filter(({ weight }) => weight !== undefined);
  if (given.length === 0) {
    return parts.map(({ style }) => ({ style, weight: 1 / parts.length }));
  }
  if (given.length < parts.length) {
    throw new MixSyntaxError('Expected a weight for every style of the mix, or for none.');
  }
  const sum = given.reduce((total, { weight = 0 }) => total + weight, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) {
    throw new MixSyntaxError(`Expected weights that add up to 1, got ${Number(sum.toFixed(4))}.`);
  }
  return parts.map(({ style, weight = 0 }) => ({ style, weight: weight / sum }));
}

/** Of parts sorted by style. */
function canonical(parts: readonly MixPart[]): StyleMix {
  const steps = apportioned(parts).filter(({ weight }) => weight > 0);
  const name =
    steps.length === 1
      ? steps[0]!.style
      : steps.map(({ style, weight }) => `${style}:${weight}`).join(',');
  return { parts: steps, name };
}

/** Rounds to thousandths that add up to 1 exactly; the (first) largest part takes what rounding left. */
export function apportioned(parts: readonly MixPart[]): MixPart[] {
  const rounded = parts.map(({ style, weight }) => ({ style, steps: Math.round(weight * STEPS) }));
  const left = STEPS - rounded.reduce((sum, { steps }) => sum + steps, 0);
  const largest = rounded.reduce((a, b) => (b.steps > a.steps ? b : a));
  largest.steps += left;
  return rounded.map(({ style, steps }) => ({ style, weight: steps / STEPS }));
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
