/** The styles in models/: each against the oracle, in 8 bits, and as its preview shows it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { drawSample } from '../../src/images/sample.ts';
import { paint } from '../../src/network/engine.ts';
import { pictureDifference } from '../../src/pictures/difference.ts';
import { styleCard } from '../../src/styles/card.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { paintSample } from '../../src/styles/import.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { pixelsOf } from '../support/pictures.ts';
import { largestDifference, randomPicture } from '../support/random.ts';
import { referencePaint } from '../support/reference.ts';

const catalog = await openCatalog(MODELS_DIR);
const onnx = onnxEngine({ threads: 2 });

/** Another processor's rounding, against the stored preview; of 255. */
const PREVIEW_TOLERANCE = 2;

/** The drawn sample has larger even areas than photographs have. */
const INT8_TOLERANCE = 3;

describe.each(catalog.styles)('$id', (style) => {
  test('ONNX agrees with the reference forward pass', async () => {
    const { network, weights } = await catalog.load(style);
    const photo = randomPicture(45, 29, 1);
    const session = await onnx.load(network, weights);
    const painting = await paint(session, network, photo);
    await session.close();
    expect(
      largestDifference(painting, referencePaint(network, weights, photo)),
    ).toBeLessThanOrEqual(1);
  });

  test('the preview is the sample picture as this network paints it', async () => {
    const { weights } = await catalog.load(style);
    const painting = await pixelsOf(await paintSample(onnx, weights));
    const preview = await pixelsOf(await catalog.preview(style));
    const sum = painting.data.reduce(
      (total, value, i) => total + Math.abs(value - preview.data[i]!),
      0,
    );
    expect(sum / painting.data.length).toBeLessThan(PREVIEW_TOLERANCE);
  });

  test('in 8 bits it is within the published limits, also on a picture of its own', async () => {
    expect(style.int8?.difference).toBeLessThanOrEqual(2);
    expect(style.int8?.psnr).toBeGreaterThanOrEqual(36);
    const { network, weights, ranges } = await catalog.load(style);
    const sample = await pixelsOf(await drawSample());
    const [exact, rounded] = await Promise.all(
      [undefined, ranges].map(async (chosen) => {
        const session = await onnx.load(network, weights, chosen);
        const painting = await paint(session, network, sample);
        await session.close();
        return painting;
      }),
    );
    const { absolute } = pictureDifference([exact!], [rounded!]);
    expect(absolute).toBeGreaterThan(0);
    expect(absolute).toBeLessThan(INT8_TOLERANCE);
  });

  test('the card is made from the manifest', () => {
    expect(readFileSync(join(MODELS_DIR, style.id, 'README.md'), 'utf8')).toBe(styleCard(style));
  });
});
