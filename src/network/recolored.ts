/** A network whose paintings have other colors: its head does the change. */

import { applied, type Matrix, type Triple, triple } from '../pictures/palette.ts';
import { MIDDLE } from './layers.ts';
import { type Tensor, tensorOf, type Weights } from './weights.ts';

/** Of colors in 0..1: `map * color + added`. */
export interface ColorChange {
  readonly map: Matrix;
  readonly added: Triple;
}

/** What paints as these weights do, with every color changed before it is rounded and held within 0..1. */
export function recolored(weights: Weights, { map, added }: ColorChange): Weights {
  const kernel = tensorOf(weights, 'head/kernel');
  const bias = tensorOf(weights, 'head/bias');
  const gray = applied(map, [MIDDLE, MIDDLE, MIDDLE]);
  const moved = triple((color) => gray[color] + added[color] - MIDDLE);
  const shifted = mapped(bias, map);
  return new Map(weights).set('head/kernel', mapped(kernel, map)).set('head/bias', {
    ...shifted,
    data: shifted.data.map((value, i) => value + moved[(i % 3) as 0 | 1 | 2]),
  });
}

/** Output channels are colors of one pixel after the other. */
function mapped({ shape, data }: Tensor, map: Matrix): Tensor {
  const result = new Float32Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    result.set(applied(map, [data[i]!, data[i + 1]!, data[i + 2]!]), i);
  }
  return { shape, data: result };
}
