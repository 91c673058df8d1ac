/** The styles in models/ in TensorFlow, from memory and from their files. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { tensorflowEngine } from '../../src/engines/tensorflow/engine.ts';
import { paint } from '../../src/network/engine.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { largestDifference, randomPicture } from '../support/random.ts';

const catalog = await openCatalog(MODELS_DIR);
const onnx = onnxEngine({ threads: 2 });

describe.skipIf(tensorflowMissing !== undefined)('TensorFlow agrees with ONNX', () => {
  test.each(catalog.styles.map((style) => [style.id, style] as const))(
    'on %s',
    async (_, style) => {
      const { network, weights } = await catalog.load(style);
      const photo = randomPicture(130, 97, 2);
      const reference = await onnx.load(network, weights);
      const expected = await paint(reference, network, photo);
      await reference.close();

      const session = await (await tensorflowEngine()).load(network, weights);
      expect(largestDifference(await paint(session, network, photo), expected)).toBeLessThanOrEqual(
        1,
      );
      await session.close();

      const tf = await import('@tensorflow/tfjs-node');
      const model = await tf.loadGraphModel(
        pathToFileURL(join(MODELS_DIR, style.id, 'model.json')).href,
      );
      const image = tf.tensor4d(photo.data, [1, photo.height, photo.width, 3], 'int32');
      const output = model.execute({ image }, 'painting') as ReturnType<typeof tf.tensor>;
      expect(output.shape).toEqual([1, photo.height, photo.width, 3]);
      const data = Uint8Array.from(await output.data());
      expect(largestDifference({ ...photo, data }, expected)).toBeLessThanOrEqual(1);
    },
  );
});
