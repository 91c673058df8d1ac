import { expect, test } from 'vitest';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { paintAll } from '../../src/network/engine.ts';
import { recolored } from '../../src/network/recolored.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { randomPicture } from '../support/random.ts';

test('a network paints in changed colors what it painted before', async () => {
  const catalog = await openCatalog(MODELS_DIR);
  const { network, weights } = await catalog.load(catalog.get('udnie'));
  const picture = randomPicture(70, 50, 2);
  const engine = onnxEngine({ threads: 1 });
  const [before] = await paintAll(engine, { network, weights }, [picture]);
  // Within 0..1, whatever is painted: nothing is cut off that could be seen.
  const change = {
    map: [
      [0.5, 0.1, 0],
      [0.1, 0.4, 0.1],
      [0, 0.2, 0.3],
    ],
    added: [0.1, 0.2, 0.3],
  } as const;
  const [after] = await paintAll(engine, { network, weights: recolored(weights, change) }, [
    picture,
  ]);
  const { data } = before!;
  let most = 0;
  for (let i = 0; i < data.length; i += 3) {
    // Where the network painted beyond black or white, it was cut off before.
    const color = [data[i]!, data[i + 1]!, data[i + 2]!];
    if (color.some((value) => value === 0 || value === 255)) continue;
    change.map.forEach((row, c) => {
      const expected = row.reduce(
        (sum, share, k) => sum + share * color[k]!,
        change.added[c]! * 255,
      );
      most = Math.max(most, Math.abs(expected - after!.data[i + c]!));
    });
  }
  expect(most).toBeLessThan(1.5);
});
