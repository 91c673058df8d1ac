/** A lighter network learns to paint what another one paints. */

import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { pruned } from '../../src/network/pruning.ts';
import { withDefaults } from '../../src/training/hyperparameter.ts';
import { DISTILLATION } from '../../src/training/hyperparameters.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { randomPicture, randomWeights } from '../support/random.ts';

const large = trunkNetwork({ stem: 6, trunk: 8, blocks: 1, noise: true });
const small = trunkNetwork({ stem: 4, trunk: 6, blocks: 1, noise: true });
const teacher = randomWeights(large, 1);
const start = pruned(teacher, large, small);
const photos = [randomPicture(64, 48, 1), randomPicture(48, 64, 2)];
const options = withDefaults(DISTILLATION, { steps: 60, batch: 2, crop: 32 });

describe('distillation', () => {
  if (tensorflowMissing !== undefined) return test.skip(tensorflowMissing, () => {});
  beforeAll(async () => {
    await loadTensorflow();
  });

  test('brings the paintings closer, the same way every time', async () => {
    const { distill } = await import('../../src/training/distill.ts');
    const lessons = [...distill(teacher, start, photos, options)];
    const mean = (part: typeof lessons) =>
      part.reduce((sum, { report }) => sum + report.difference, 0) / part.length;
    expect(lessons).toHaveLength(options.steps);
    expect(mean(lessons.slice(-10))).toBeLessThan(0.8 * mean(lessons.slice(0, 10)));
    const again = [...distill(teacher, start, photos, { ...options, steps: 3 })];
    const first = [...distill(teacher, start, photos, { ...options, steps: 3 })];
    expect(again.at(-1)?.weights).toEqual(first.at(-1)?.weights);
  });

  test('leaves no tensor behind', async () => {
    const [{ distill }, tf] = await Promise.all([
      import('../../src/training/distill.ts'),
      import('@tensorflow/tfjs-core'),
    ]);
    const run = () => [...distill(teacher, start, photos, { ...options, steps: 2 })];
    run();
    const before = tf.memory().numTensors;
    run();
    expect(tf.memory().numTensors).toBe(before);
  });
});
