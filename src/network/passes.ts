/**
 * A network cut into passes, so that a picture of any size goes through it strip by strip.
 *
 * Instance norm needs the mean and variance over the whole picture before any of its output exists.
 * So there is one pass over the picture per norm: it computes what goes into that norm, strip by
 * strip, and gathers the statistics, which the next passes apply as constants. What was computed at
 * the trunk's resolution is kept for the next pass; what is larger, or has more channels and is not in bytes, is
 * computed again, because keeping it would take several times the memory of the picture and computing it is cheap.
 */

import type { Rows } from '../pictures/picture.ts';
import type { Convolution, InstanceNorm, Layer, Network, Relu } from './layers.ts';
import { stride as strideOf } from './measures.ts';

/** Residual blocks laid flat: {@link Layer}s between `keep` and `addKept`. */
export type Step =
  | Convolution
  | InstanceNorm
  | Relu
  | { readonly kind: 'keep' }
  | { readonly kind: 'addKept' };

export interface Pass {
  /** The norm whose input was kept, and is where this pass begins; the picture where undefined. */
  readonly from: InstanceNorm | undefined;
  readonly steps: readonly Step[];
  /** The norm whose statistics this pass finds; undefined for the pass that paints. */
  readonly norm: InstanceNorm | undefined;
  /** Whether what comes out (and the skip connection, if the pass makes one) is kept. */
  readonly keepsOutput: boolean;
  readonly keepsSkip: boolean;
  /** Whether the skip connection kept by an earlier pass is read. */
  readonly readsSkip: boolean;
  /** Pixels of the picture per row that goes in, and per row that comes out. */
  readonly scaleIn: number;
  readonly scaleOut: number;
}

interface Placed {
  readonly step: Step;
  /** Pixels per row of what goes in. */
  readonly scale: number;
}

/**
 * The passes in their order; the last one paints. Phases, four times the channels, are kept too where `isInBytes` of
 * the norm that they go into. Throws a `TypeError` for a network that is not in polyphase form.
 */
export function passesOf(network: Network, isInBytes: (norm: InstanceNorm) => boolean): Pass[] {
  const placed = place(stepsOf(network));
  const kept = strideOf(network);
  const passes: Pass[] = [];
  let start = 0;
  placed.forEach(({ step, scale }, index) => {
    if (step.kind !== 'instanceNorm') return;
    const keepsOutput = scale === kept && (step.phases === 1 || isInBytes(step));
    passes.push(passOf(placed, start, index, keepsOutput));
    if (keepsOutput) start = index;
  });
  return [...passes, passOf(placed, start, placed.length, false)];
}

function passOf(placed: readonly Placed[], start: number, end: number, keeps: boolean): Pass {
  const steps = placed.slice(start, end).map(({ step }) => step);
  const begin = steps[0]?.kind === 'instanceNorm' ? steps[0] : undefined;
  const norm = placed[end]?.step;
  const skips = steps
    .map(({ kind }) => kind)
    .filter((kind) => kind === 'keep' || kind === 'addKept');
  return {
    from: begin,
    steps,
    norm: norm?.kind === 'instanceNorm' ? norm : undefined,
    keepsOutput: keeps,
    keepsSkip: keeps && skips.at(-1) === 'keep',
    readsSkip: skips[0] === 'addKept',
    scaleIn: placed[start]!.scale,
    scaleOut: scaleAfter(placed[end - 1]!),
  };
}

function stepsOf(network: Network): Step[] {
  const { name, layers } = network;
  // Weaving is part of painting: it takes whole pixels of the trunk.
  const body = layers.at(-1)?.kind === 'depthToSpace' ? layers.slice(0, -1) : layers;
  return body.flatMap((layer) => flat(name, layer));
}

function flat(name: string, layer: Layer): Step[] {
  switch (layer.kind) {
    case 'residual':
      return [
        { kind: 'keep' },
        ...layer.layers.flatMap((inner) => flat(name, inner)),
        { kind: 'addKept' },
      ];
    case 'upsample':
    case 'smooth':
    case 'depthToSpace':
      throw new TypeError(`Expected ${name} in polyphase form, got a ${layer.kind} layer.`);
    default:
      return [layer];
  }
}

function place(steps: readonly Step[]): Placed[] {
  let scale = 1;
  return steps.map((step) => {
    const placed = { step, scale };
    scale = scaleAfter(placed);
    return placed;
  });
}

function scaleAfter({ step, scale }: Placed): number {
  return step.kind === 'convolution' ? scale * step.stride : scale;
}

export interface Edges {
  readonly top: number;
  readonly bottom: number;
}

/** Which rows each step of a pass takes, to make certain rows. */
export interface Demand {
  /** Per step, the rows that go in; what they give may be more than is asked for. */
  readonly inputs: readonly Rows[];
  readonly output: Rows;
  /** Rows of the skip connection kept by an earlier pass. */
  readonly skip: Rows | undefined;
  /** Per step, rows of zeros that a convolution adds above and below: the picture's edges. */
  readonly padding: readonly Edges[];
}

/** Works back from the rows `output` of a pass over a padded picture of that many rows. */
export function demandOf(pass: Pass, output: Rows, paddedHeight: number): Demand {
  const inputs: Rows[] = [];
  const padding: Edges[] = [];
  let rows = output;
  let scale = pass.scaleOut;
  let added: Rows | undefined = pass.keepsSkip ? output : undefined;
  for (const step of pass.steps.toReversed()) {
    if (step.kind === 'convolution') scale /= step.stride;
    let edges = { top: 0, bottom: 0 };
    if (step.kind === 'addKept') {
      added = rows;
    } else if (step.kind === 'keep') {
      rows = added ? hull(rows, added) : rows;
      added = undefined;
    } else if (step.kind === 'convolution') {
      const wanted = seenBy(step, rows);
      rows = { begin: Math.max(0, wanted.begin), end: Math.min(paddedHeight / scale, wanted.end) };
      edges = { top: rows.begin - wanted.begin, bottom: wanted.end - rows.end };
    }
    inputs.unshift(rows);
    padding.unshift(edges);
  }
  return { inputs, output, skip: pass.readsSkip ? added : undefined, padding };
}

/** The rows that a convolution must see, some of them outside of the picture. */
function seenBy({ kernel, stride }: Convolution, { begin, end }: Rows): Rows {
  const pad = kernel >> 1;
  return { begin: begin * stride - pad, end: (end - 1) * stride - pad + kernel };
}

function hull(a: Rows, b: Rows): Rows {
  return { begin: Math.min(a.begin, b.begin), end: Math.max(a.end, b.end) };
}
