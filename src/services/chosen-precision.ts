/** What styles are computed in: as the settings say, or as this processor does it faster. */

import type { Config } from '../config/config.ts';
import type { Engine } from '../network/engine.ts';
import { computedMs, fasterPrecision, type Precision } from '../styles/precision.ts';
import type { LoadedStyle } from '../styles/style-files.ts';

/** Other runtimes than ONNX Runtime on a processor know float32 only. `style` is one to measure with. */
export async function chosenPrecision(
  { PRECISION, ENGINE }: Pick<Config, 'PRECISION' | 'ENGINE'>,
  engine: Engine,
  style: () => Promise<LoadedStyle>,
): Promise<Precision> {
  if (ENGINE !== 'onnx') return 'float32';
  return PRECISION === 'auto' ? fasterPrecision(engine, await style(), computedMs) : PRECISION;
}
