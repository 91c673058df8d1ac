/** `impasto quantize`: calibrates styles for 8 bits and measures what that changes. */

import type { Config } from '../config/config.ts';
import { onnxEngine } from '../engines/onnx/engine.ts';
import { openCatalog } from '../styles/catalog.ts';
import { evenPictures } from '../styles/even-pictures.ts';
import { calibrate, int8Difference, keepInt8 } from '../styles/quantize.ts';
import { samplePhotographs } from './photographs.ts';

export interface QuantizeFlags {
  readonly photos: string;
  readonly check: string;
}

/** Long edges in pixels. */
const CALIBRATION_SIZE = 384;
const CHECK_SIZE = 512;

/** More photographs change the ranges little and cost time. */
const MAX_CALIBRATION_PHOTOS = 8;
const MAX_CHECK_PHOTOS = 12;

/** All styles where none is named. */
export async function quantizeStyles(
  ids: readonly string[],
  { photos, check }: QuantizeFlags,
  config: Config,
): Promise<void> {
  const catalog = await openCatalog(config.MODELS_DIR);
  const styles = ids.length === 0 ? catalog.styles : ids.map((id) => catalog.get(id));
  const engine = onnxEngine({ threads: config.THREADS });
  const [practice, others] = await Promise.all([
    samplePhotographs(photos, MAX_CALIBRATION_PHOTOS, CALIBRATION_SIZE, config),
    samplePhotographs(check, MAX_CHECK_PHOTOS, CHECK_SIZE, config),
  ]);
  const calibration = [...practice, ...(await evenPictures(practice[0]!))];
  const even = await evenPictures(others[0]!);
  for (const style of styles) {
    const loaded = await catalog.load(style);
    const ranges = await calibrate(loaded, calibration, engine);
    const onEven: number[] = [];
    for (const picture of even) {
      onEven.push((await int8Difference(loaded, ranges, [picture], engine)).difference);
    }
    const int8 = {
      ...(await int8Difference(loaded, ranges, others, engine)),
      evenDifference: Math.max(...onEven),
    };
    await keepInt8(style, ranges, int8, config.MODELS_DIR);
    const { difference, psnr, evenDifference } = int8;
    const layers = `${ranges.size} convolutions in 8 bits`;
    console.log(
      `${style.id}: ${difference.toFixed(2)} of 255, PSNR ${psnr.toFixed(1)} dB, ` +
        `${evenDifference.toFixed(2)} where even, ${layers}`,
    );
  }
}
