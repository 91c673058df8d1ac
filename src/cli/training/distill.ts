/** `impasto distill`: gives styles a lighter network each. */

import { setImmediate } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { onnxEngine } from '../../engines/onnx/engine.ts';
import { loadTensorflow } from '../../engines/tensorflow/module.ts';
import { networkOf } from '../../network/weights.ts';
import { openCatalog } from '../../styles/catalog.ts';
import { keepLight, lightDifference, lightStart } from '../../styles/lighter-network.ts';
import type { DistillationOptions } from '../../training/distillation.ts';
import { samplePhotographs } from '../photographs.ts';

export interface DistillFlags extends DistillationOptions {
  readonly photos: string;
  readonly check: string;
}

/** Long edges in pixels. */
const PRACTICE_SIZE = 384;
const CHECK_SIZE = 512;

const MAX_PRACTICE_PHOTOS = 200;
const MAX_CHECK_PHOTOS = 12;

/** Between two lines about a run. */
const REPORT_EVERY = 50;

/** All styles where none is named; the first one's network is where those after it begin. */
export async function distillStyles(
  ids: readonly string[],
  flags: DistillFlags,
  config: Config,
): Promise<void> {
  const catalog = await openCatalog(config.MODELS_DIR);
  const styles = ids.length === 0 ? catalog.styles : ids.map((id) => catalog.get(id));
  await loadTensorflow();
  const { distill } = await import('../../training/distill.ts');
  const engine = onnxEngine({ threads: config.THREADS });
  const photos = await samplePhotographs(flags.photos, MAX_PRACTICE_PHOTOS, PRACTICE_SIZE, config);
  const others = await samplePhotographs(flags.check, MAX_CHECK_PHOTOS, CHECK_SIZE, config);
  const first = catalog.styles.find(({ light }) => light);
  let base = first && (await catalog.loadLight(first));
  for (const style of styles) {
    const loaded = await catalog.load(style);
    let weights = lightStart(loaded, base);
    for (const lesson of distill(loaded.weights, weights, photos, flags)) {
      weights = lesson.weights;
      // Signals are heard between two steps.
      await setImmediate();
      const { step, difference } = lesson.report;
      if (step % REPORT_EVERY !== 0) continue;
      console.error(`${style.id}: step ${step}/${flags.steps}, ${difference.toFixed(2)} of 255`);
    }
    const found = await lightDifference(loaded, weights, others, engine);
    await keepLight(style, weights, { steps: flags.steps, ...found }, config.MODELS_DIR);
    base ??= { network: networkOf(weights), weights };
    const { difference, psnr } = found;
    console.log(`${style.id}: ${difference.toFixed(2)} of 255, PSNR ${psnr.toFixed(1)} dB`);
  }
}
