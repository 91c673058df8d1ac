import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { tensorOf, type Weights } from '../../src/network/weights.ts';
import { toTensor } from '../../src/training/crops.ts';
import { evaluate } from '../../src/training/gradients.ts';
import { hybridLossNetwork } from '../../src/training/loss-network/hybrid.ts';
import { photoTargets } from '../../src/training/objective.ts';
import { RECIPE } from '../../src/training/recipe.ts';
import { exact } from '../../src/training/rounding.ts';
import { styleTargets } from '../../src/training/style-targets.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { randomDistilled, randomVgg } from '../support/loss-network.ts';
import { LOSS_WEIGHTS, MARGIN, NETWORK, PAINTING, PHOTOS, WEIGHTS } from './reference/inputs.ts';

const flat = (weights: Weights, prefix = '') =>
  [...WEIGHTS.keys()].flatMap((name) => [...tensorOf(weights, prefix + name).data]);
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const cosine = (a: number[], b: number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));

describe.skipIf(tensorflowMissing !== undefined)('one training step', () => {
  beforeAll(async () => {
    await loadTensorflow();
  });

  test('has the losses and the gradients that PyTorch gives (reference/step.py)', async () => {
    const path = new URL('reference/step.safetensors', import.meta.url);
    const expected = readSafetensors(await readFile(path));
    const lossNetwork = hybridLossNetwork(randomVgg(), randomDistilled());
    const paintings = [{ pixels: toTensor(PAINTING), weight: 1 }];
    const objective = {
      lossNetwork,
      styleTargets: styleTargets(lossNetwork, paintings, RECIPE.objective),
      options: RECIPE.objective,
      round: exact,
    };
    const photos = tf.concat(PHOTOS.map(toTensor));
    const batch = { photos, targets: photoTargets(objective, photos) };
    const task = { network: NETWORK, objective, margin: MARGIN };
    const { terms, gradients } = evaluate(task, WEIGHTS, batch, LOSS_WEIGHTS);

    (['content', 'style', 'totalVariation', 'outOfRange'] as const).forEach((name, i) => {
      const loss = tensorOf(expected, 'losses').data[i]!;
      expect(Math.abs(terms[name] / loss - 1), name).toBeLessThan(1e-4);
    });
    expect(cosine(flat(gradients), flat(expected, 'gradient/'))).toBeGreaterThan(0.99999);
    for (const [name, { data }] of gradients) {
      const layer = cosine([...data], [...tensorOf(expected, `gradient/${name}`).data]);
      expect(layer, name).toBeGreaterThan(0.9999);
    }
  });
});
