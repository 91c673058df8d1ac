/**
 * Progressive painting: large forms on a small canvas first, then the painting enlarged and painted over, and
 * so on. A network's strokes have a fixed size in pixels; this way they have it in proportion to the
 * picture and are crisp all the same.
 *
 * Painting over would change the painting's colors and forms a little at every level. So what a finer
 * pass paints keeps only its own high frequencies, and takes the low ones from the level below: a Laplacian
 * pyramid (Burt and Adelson, 1983). Without detail of its own, a large painting reduced to the size of the
 * first canvas is the painting that was made there.
 */

import { whiteGround } from '../pictures/background.ts';
import {
  addForms,
  type Combination,
  combine,
  lacking,
  mixIn,
  showsPhoto,
} from '../pictures/color.ts';
import { type Extent, fitted } from '../pictures/picture.ts';
import type { Surface } from './canvas.ts';

/** Runs what is done for one level, counted from 1, coarse to fine. */
export type InLevel = <T>(level: number, work: () => Promise<T>) => Promise<T>;

/**
 * Paints the photograph at the sizes of `levels`; the painting has the last one. `detail`, 0..1, is how
 * much of each finer level is painted from the photograph itself.
 */
export async function paintCoarseToFine<P extends Extent>(
  photo: P,
  [first, ...finer]: readonly [Extent, ...Extent[]],
  detail: number,
  canvas: Surface<P>,
  inLevel: InLevel = (_, work) => work(),
): Promise<P> {
  let painting = await inLevel(1, () => paintFirst(photo, first, canvas));
  for (const [index, extent] of finer.entries()) {
    const below = painting;
    painting = await inLevel(index + 2, () => paintOver(below, photo, extent, detail, canvas));
  }
  return painting;
}

async function paintFirst<P extends Extent>(
  photo: P,
  extent: Extent,
  canvas: Surface<P>,
): Promise<P> {
  const small = await canvas.resize(photo, extent);
  const painting = await canvas.paint(small);
  if (small !== photo) await canvas.drop(small);
  return painting;
}

/** Paints the photograph at this size over a smaller painting of it, which it drops. */
export async function paintOver<P extends Extent>(
  painting: P,
  photo: P,
  extent: Extent,
  detail: number,
  canvas: Surface<P>,
): Promise<P> {
  const sized = await canvas.resize(photo, extent);
  const result = canvas.paintsOver(extent)
    ? await canvas.paintOver(painting, sized, detail)
    : await paintOverInSteps(painting, sized, detail, canvas);
  for (const used of [painting, ...(sized === photo ? [] : [sized])]) await canvas.drop(used);
  return result;
}

async function paintOverInSteps<P extends Extent>(
  painting: P,
  photo: P,
  detail: number,
  canvas: Surface<P>,
): Promise<P> {
  const ground = await canvas.resample(painting, photo);
  const seen = await canvas.combine(ground, [photo], (bytes, [other]) =>
    mixIn(bytes, other!, 1 - detail),
  );
  await canvas.drop(ground);
  const fine = await canvas.paint(seen);
  await canvas.drop(seen);
  const lack = await lackingForms(fine, painting, canvas);
  const result = await canvas.combine(fine, [lack], (bytes, [forms]) =>
    addForms(bytes, forms!, 1 - detail),
  );
  for (const used of [fine, lack]) await canvas.drop(used);
  return result;
}

/**
 * What the forms of the level below are more than those of the finer one, enlarged: one picture is enlarged instead of
 * two, as enlarging is linear.
 */
async function lackingForms<P extends Extent>(fine: P, below: P, canvas: Surface<P>): Promise<P> {
  const own = await canvas.resample(fine, below);
  const small = await canvas.combine(below, [own], (bytes, [reduced]) => lacking(bytes, reduced!));
  await canvas.drop(own);
  const lack = await canvas.resample(small, fine);
  await canvas.drop(small);
  return lack;
}

/** Long edge in pixels of the picture in which a white ground is looked for. */
const GROUND_LONG_EDGE = 512;

/** Around what is transparent there is no white ground: what is seen there is made up, and goes. */
export function visible(combination: Combination, hasAlpha: boolean): Combination {
  return { ...combination, preserveBackground: combination.preserveBackground && !hasAlpha };
}

/** The painting laid over its photograph, of the same size, as `combination` says. */
export async function laidOver<P extends Extent>(
  painting: P,
  photo: P,
  combination: Combination,
  canvas: Surface<P>,
): Promise<P> {
  if (!showsPhoto(combination)) return painting;
  const ground = combination.preserveBackground ? await groundOf(photo, canvas) : [];
  return canvas.combine(painting, [photo, ...ground], (bytes, [under, mask]) =>
    combine(bytes, under!, combination, mask),
  );
}

async function groundOf<P extends Extent>(photo: P, canvas: Surface<P>): Promise<P[]> {
  const small = await canvas.resize(photo, fitted(photo, GROUND_LONG_EDGE));
  const mask = whiteGround(await canvas.read(small));
  return mask ? [await canvas.resize(await canvas.write(mask), photo)] : [];
}
