import { describe, expect, test } from 'vitest';
import { resize } from '../../src/images/resize.ts';
import type { Extent, Picture } from '../../src/pictures/picture.ts';
import { resampled } from '../../src/pictures/resampled.ts';
import type { Surface } from '../../src/stylization/canvas.ts';
import { paintCoarseToFine } from '../../src/stylization/coarse-to-fine.ts';
import { randomPicture } from '../support/random.ts';

/** A painter whose colors depend on the size, and whose strokes are stripes two pixels wide. */
function striped({ data, width, height }: Picture): Picture {
  const painted = data.map((value, i) => {
    const x = Math.floor(i / 3) % width;
    return Math.max(0, Math.min(255, value * 0.6 + width / 4 + (x % 4 < 2 ? 12 : -12)));
  });
  return { width, height, data: Uint8Array.from(painted) };
}

function canvas(painted: Picture[]): Surface<Picture> {
  return {
    resize,
    resample: async (picture, extent) => resampled(picture, extent),
    paint: async (picture) => {
      painted.push({ ...picture, data: Uint8Array.from(picture.data) });
      return striped(picture);
    },
    paintsOver: () => false,
    paintOver: () => Promise.reject(new Error('not here')),
    combine: async (picture, others, change) => {
      const data = Uint8Array.from(picture.data);
      change(
        data,
        others.map((other) => other.data),
      );
      return { ...picture, data };
    },
    drop: async (picture) => {
      // Whoever looks at it again sees nothing.
      picture.data.fill(0);
    },
    read: async (picture) => picture,
    write: async (picture) => picture,
  };
}

const photo = randomPicture(256, 192, 3);
const levels: [Extent, Extent, Extent] = [
  { width: 64, height: 48 },
  { width: 128, height: 96 },
  { width: 256, height: 192 },
];

async function meanDifference(a: Picture, b: Picture): Promise<number> {
  const small = await resize(a, b);
  return (
    small.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / b.data.length
  );
}

describe('coarse to fine', () => {
  test('the large painting, reduced, is the small painting', async () => {
    const small = await paintCoarseToFine(photo, [levels[0]], 0, canvas([]));
    const large = await paintCoarseToFine(photo, levels, 0, canvas([]));
    const direct = await paintCoarseToFine(photo, [levels[2]], 0, canvas([]));
    expect(large).toMatchObject(levels[2]);
    expect(await meanDifference(large, small)).toBeLessThan(8);
    expect(await meanDifference(direct, small)).toBeGreaterThan(20);
  });

  test('is the fine painting with low frequencies of the coarse one, each enlarged, to rounding', async () => {
    const smooth = await resize(randomPicture(16, 12, 9), levels[1]);
    const [first, second]: [Extent, Extent] = [levels[0], levels[1]];
    const painted = await paintCoarseToFine(smooth, [first, second], 0, canvas([]));
    const coarse = striped(await resize(smooth, first));
    const ground = resampled(coarse, second);
    const fine = striped(ground);
    const forms = resampled(resampled(fine, first), second);
    const differences = painted.data.map((value, i) => {
      const exact = fine.data[i]! + ground.data[i]! - forms.data[i]!;
      return Math.abs(value - Math.min(255, Math.max(0, exact)));
    });
    expect(Math.max(...differences)).toBeLessThanOrEqual(2);
    const far = differences.filter((difference) => difference > 1);
    expect(far.length / differences.length).toBeLessThan(0.01);
  });

  test('its strokes are as crisp as those of a painting at full size', async () => {
    const large = await paintCoarseToFine(photo, levels, 0, canvas([]));
    const edges = large.data.filter((value, i) => Math.abs(value - (large.data[i + 6] ?? 0)) > 12);
    expect(edges.length / large.data.length).toBeGreaterThan(0.5);
  });

  test('detail is how much of the photograph a finer level sees', async () => {
    const [none, some]: [Picture[], Picture[]] = [[], []];
    await paintCoarseToFine(photo, levels, 0, canvas(none));
    await paintCoarseToFine(photo, levels, 0.5, canvas(some));
    const distance = async (seen: Picture[]) =>
      meanDifference(seen[1]!, await resize(photo, seen[1]!));
    expect(await distance(some)).toBeLessThan((await distance(none)) * 0.6);
  });

  test('changes nothing that went in', async () => {
    const before = Uint8Array.from(photo.data);
    await paintCoarseToFine(photo, levels, 0.25, canvas([]));
    expect(photo.data).toEqual(before);
  });
});
