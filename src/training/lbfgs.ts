/**
 * Limited-memory BFGS (Nocedal & Wright, "Numerical optimization", 2006, algorithms 7.4 and 7.5)
 * with a backtracking line search.
 */

export interface Evaluated<T> {
  readonly value: number;
  readonly gradient: Float32Array;
  /** Whatever the caller wants to see again beside an accepted step. */
  readonly details: T;
}

export interface LbfgsStep<T> {
  readonly x: Float32Array;
  readonly value: number;
  readonly details: T;
}

interface Correction {
  /** x after minus x before. */
  readonly step: Float32Array;
  /** Gradient after minus gradient before. */
  readonly change: Float32Array;
  /** 1 / (step · change). */
  readonly scale: number;
}

const MEMORY = 10;

/** Sufficient decrease, as a part of what the slope promises. */
const ARMIJO = 1e-4;
const MAX_HALVINGS = 12;

/** Yields one accepted step after another; ends where no step lowers the value any more. */
export function* lbfgs<T>(
  start: Float32Array,
  evaluate: (x: Float32Array) => Evaluated<T>,
): Generator<LbfgsStep<T>> {
  let x = start;
  let here = evaluate(x);
  let corrections: Correction[] = [];
  for (;;) {
    let direction = descent(here.gradient, corrections);
    if (dot(direction, here.gradient) >= 0) {
      corrections = [];
      direction = scaled(here.gradient, -1);
    }
    const first = corrections.length > 0 ? 1 : 1 / Math.sqrt(dot(direction, direction));
    const found = search(x, here, direction, first, evaluate);
    if (found === undefined) return;
    const step = scaled(direction, found.length);
    corrections = [...corrections, ...correction(step, here, found.there)].slice(-MEMORY);
    x = found.x;
    here = found.there;
    yield { x, value: here.value, details: here.details };
  }
}

function search<T>(
  x: Float32Array,
  here: Evaluated<T>,
  direction: Float32Array,
  first: number,
  evaluate: (x: Float32Array) => Evaluated<T>,
): { x: Float32Array; length: number; there: Evaluated<T> } | undefined {
  const slope = dot(direction, here.gradient);
  let length = first;
  for (let halvings = 0; halvings < MAX_HALVINGS; halvings += 1) {
    const moved = x.map((value, i) => value + length * direction[i]!);
    const there = evaluate(moved);
    if (there.value <= here.value + ARMIJO * length * slope) return { x: moved, length, there };
    length /= 2;
  }
  return undefined;
}

/** Nothing where the curvature along the step is not positive: it would spoil the model. */
function correction<T>(
  step: Float32Array,
  before: Evaluated<T>,
  after: Evaluated<T>,
): Correction[] {
  const change = after.gradient.map((value, i) => value - before.gradient[i]!);
  const curvature = dot(step, change);
  return curvature > 1e-10 * dot(change, change) ? [{ step, change, scale: 1 / curvature }] : [];
}

/** Minus the inverse Hessian's model times the gradient: the two-loop recursion. */
function descent(gradient: Float32Array, corrections: readonly Correction[]): Float32Array {
  const direction = scaled(gradient, -1);
  const parts: number[] = [];
  for (let i = corrections.length - 1; i >= 0; i -= 1) {
    const { step, change, scale } = corrections[i]!;
    const part = scale * dot(step, direction);
    parts[i] = part;
    addScaled(direction, change, -part);
  }
  const last = corrections.at(-1);
  if (last !== undefined) {
    const factor = 1 / (last.scale * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i += 1) direction[i]! *= factor;
  }
  corrections.forEach(({ step, change, scale }, i) => {
    addScaled(direction, step, parts[i]! - scale * dot(change, direction));
  });
  return direction;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}

function scaled(x: Float32Array, factor: number): Float32Array {
  return x.map((value) => value * factor);
}

function addScaled(sum: Float32Array, addend: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i += 1) sum[i]! += addend[i]! * factor;
}
