/** The ports to an inference runtime, and how a picture of any size goes through them. */

import {
  cropped,
  type Extent,
  extended,
  modulo,
  ORIGIN,
  type Picture,
  type Place,
  partOf,
  type RasterFile,
  surrounded,
} from '../pictures/picture.ts';
import type { ActivationRanges } from './activation-ranges.ts';
import type { Network } from './layers.ts';
import { smallestSide, stride } from './measures.ts';
import type { Weights } from './weights.ts';

/** A picture too large for memory. */
export interface LargePicture {
  readonly picture: RasterFile;
  /** Of the same size. */
  readonly painting: RasterFile;
  /** Where the picture is painted over a smaller painting of it; see `stylization/coarse-to-fine.ts`. */
  readonly over?: PaintedOver;
  /** Where activations may be kept that do not fit in memory. */
  readonly scratchFolder: string;
}

export interface PaintedOver {
  readonly painting: RasterFile;
  /** How much of what is finer comes from the picture, 0..1. */
  readonly detail: number;
}

/**
 * What a network's instance norms have found in a picture, or work with: the means of all channels of
 * all norms, then the variances. They hold for the session that found them, and others of the same weights,
 * precision and runtime.
 */
export type NetworkStatistics = Float32Array;

export interface MeasuredPainting {
  readonly painting: Picture;
  readonly statistics: NetworkStatistics;
}

/** What a picture is painted with so that it is painted as others are. */
export interface SteadyInputs {
  readonly statistics: NetworkStatistics;
  /** Where on the plane of noise (`noise.ts`) the noise of the picture begins; negative places too. */
  readonly noiseBegin: Place;
}

/** One network, loaded and ready; safe to use from several requests at once. */
export interface Session {
  /** Paints a picture whose sides are at least {@link smallestSide}; same size out. */
  run(picture: Picture): Promise<Picture>;
  /** The same, telling its statistics. Absent where the runtime cannot. */
  measure?(picture: Picture): Promise<MeasuredPainting>;
  /** The same with the statistics and the noise of other pictures. Absent where the runtime cannot. */
  runSteady?(picture: Picture, inputs: SteadyInputs): Promise<Picture>;
  /**
   * Paints a picture of any size, with sides of at least {@link smallestSide}, from one file into
   * another of the same size, in bounded memory. Absent where the runtime cannot.
   */
  runLarge?(job: LargePicture, signal: AbortSignal): Promise<void>;
  /** Says that {@link Session.runLarge} is about to be called, so that it begins sooner. */
  expectLarge?(): void;
  close(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /** In 8 bits where activation ranges are given and the engine can; else in float32. */
  load(network: Network, weights: Weights, ranges?: ActivationRanges): Promise<Session>;
}

/** Paints a picture of any size from 1 x 1 up. */
export async function paint(session: Session, network: Network, photo: Picture): Promise<Picture> {
  const extent: Extent = { width: photo.width, height: photo.height };
  const painting = await session.run(extended(photo, smallestSide(network)));
  return cropped(painting, extent);
}

/** Like {@link paint}, telling the statistics. Undefined where the runtime cannot. */
export async function measure(
  session: Session,
  network: Network,
  photo: Picture,
): Promise<MeasuredPainting | undefined> {
  const measured = await session.measure?.(extended(photo, smallestSide(network)));
  return measured && { ...measured, painting: cropped(measured.painting, photo) };
}

/**
 * Like {@link paint}, with given statistics. Throws a `TypeError` where the runtime cannot.
 *
 * `seenFrom` is where a camera that moves stands: the place of the photograph's first pixel in its scene. What is seen in two photographs
 * lies on the same noise in both then, and on the same pixel of the network's coarse grid, so that it is painted
 * alike.
 */
export async function paintSteadily(
  session: Session,
  network: Network,
  photo: Picture,
  statistics: NetworkStatistics,
  seenFrom?: Place,
): Promise<Picture> {
  if (session.runSteady === undefined) {
    throw new TypeError('This engine paints with the statistics of the picture itself only.');
  }
  const picture = extended(photo, smallestSide(network));
  if (seenFrom === undefined) {
    const painting = await session.runSteady(picture, { statistics, noiseBegin: ORIGIN });
    return cropped(painting, photo);
  }
  const step = stride(network);
  const inGrid: Place = { x: modulo(seenFrom.x, step), y: modulo(seenFrom.y, step) };
  // All frames of a shot become equally large: a new size costs a runtime time and memory.
  const extent = { width: picture.width + step, height: picture.height + step };
  const noiseBegin = { x: seenFrom.x - inGrid.x, y: seenFrom.y - inGrid.y };
  const painting = await session.runSteady(surrounded(picture, inGrid, extent), {
    statistics,
    noiseBegin,
  });
  return partOf(painting, inGrid, photo);
}

/** Paints pictures one after the other with a network that is loaded for them. */
export async function paintAll(
  engine: Engine,
  model: {
    readonly network: Network;
    readonly weights: Weights;
    readonly ranges?: ActivationRanges | undefined;
  },
  photos: readonly Picture[],
): Promise<Picture[]> {
  const { network, weights, ranges } = model;
  const session = await engine.load(network, weights, ranges);
  const paintings: Picture[] = [];
  for (const photo of photos) paintings.push(await paint(session, network, photo));
  await session.close();
  return paintings;
}
