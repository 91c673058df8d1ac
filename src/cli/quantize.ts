/** `impasto quantize`: calibrates styles for 8 bits and measures what that changes. */

import type { Config } from '../config/config.ts';
import { onnxEngine } from '../engines/onnx/engine.ts';
import { openCatalog } from '../styles/catalog.ts';
import { INT8_SAMPLES, quantizeStyle } from '../styles/quantize.ts';
import { samplePhotographs } from './photographs.ts';

export interface QuantizeFlags {
  readonly photos: string;
  readonly check: string;
}

/** All styles where none is named. */
export async function quantizeStyles(
  ids: readonly string[],
  { photos, check }: QuantizeFlags,
  config: Config,
): Promise<void> {
  const catalog = await openCatalog(config.MODELS_DIR);
  const styles = ids.length === 0 ? catalog.styles : ids.map((id) => catalog.get(id));
  const engine = onnxEngine({ threads: config.THREADS });
  const sample = (folder: string, { most, size }: { most: number; size: number }) =>
    samplePhotographs(folder, most, size, config);
  const photographs = {
    practice: await sample(photos, INT8_SAMPLES.practice),
    check: await sample(check, INT8_SAMPLES.check),
  };
  for (const style of styles) {
    const loaded = await catalog.load(style);
    const found = await quantizeStyle(style, loaded, photographs, engine, config.MODELS_DIR);
    const { difference, psnr, evenDifference = 0 } = found.int8;
    const layers = `${found.ranges.size} convolutions in 8 bits`;
    console.log(
      `${style.id}: ${difference.toFixed(2)} of 255, PSNR ${psnr.toFixed(1)} dB, ` +
        `${evenDifference.toFixed(2)} where even, ${layers}`,
    );
  }
}
