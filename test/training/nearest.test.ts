/** Where a short run begins, and what it makes of pictures of odd shapes. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { loadTensorflow } from '../../src/engines/tensorflow/module.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { decodePicture } from '../../src/images/decode.ts';
import { encode } from '../../src/images/encode.ts';
import { trunkNetwork } from '../../src/network/layers.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { importStyle } from '../../src/styles/import.ts';
import { openLossNetwork } from '../../src/training/loss-network/open.ts';
import { nearestStyle } from '../../src/training/nearest.ts';
import { readPaintings } from '../../src/training/pictures.ts';
import { RECIPE } from '../../src/training/recipe.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { narrowVgg19 } from '../support/loss-network.ts';
import { randomPicture, randomWeights } from '../support/random.ts';
import { temporary } from '../support/temporary.ts';

const LIMITS = { maxPixels: 1e6, maxPages: 1 };

describe.skipIf(tensorflowMissing !== undefined)('the nearest style', () => {
  test('is the one whose preview has the correlations of the painting', async () => {
    const folder = temporary();
    const models = join(folder, 'models');
    await mkdir(models);
    const engine = onnxEngine({ threads: 1 });
    const ids = ['first', 'second', 'third'];
    for (const [i, id] of ids.entries()) {
      const weights = randomWeights(trunkNetwork({ stem: 8, trunk: 8, blocks: 1 }), i);
      const description = { id, title: id, artist: 'Me', year: '2026', rights: 'my own work' };
      await importStyle(weights, description, models, engine);
    }
    await writeFile(join(folder, 'vgg.safetensors'), writeSafetensors(narrowVgg19()));
    await loadTensorflow();
    const { lossMeasure } = await import('../../src/training/evaluation.ts');
    const lossNetwork = await openLossNetwork(join(folder, 'vgg.safetensors'), {
      cacheDir: folder,
    });
    const catalog = await openCatalog(models);
    for (const id of ids) {
      const picture = await decodePicture(await catalog.preview(catalog.get(id)), LIMITS);
      const measure = lossMeasure(lossNetwork, [{ picture, weight: 1 }], RECIPE.objective);
      expect((await nearestStyle(catalog, measure, LIMITS)).id).toBe(id);
    }
    lossNetwork.dispose();
  });
});

test.each([
  [1, 1, 64, 64],
  [1, 900, 64, 256],
  [900, 2, 256, 64],
  [100, 200, 64, 128],
])('a painting of %i x %i is looked at as %i x %i', async (width, height, w, h) => {
  const read = () =>
    encode(randomPicture(width, height, 1), undefined, { format: 'png', quality: 100 });
  const [painting] = await readPaintings([{ read, weight: 1 }], 64, LIMITS);
  expect(painting?.picture).toMatchObject({ width: w, height: h });
  expect(painting?.picture.data).toHaveLength(w * h * 3);
});
