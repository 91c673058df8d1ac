/**
 * Keeps what a camera sees steady, as films are kept: a frame is painted with statistics that were measured over
 * a while, so that what moves somewhere changes nothing elsewhere, and where nothing has changed, its painting
 * is mixed with the one before. Strokes stay with what is seen while the camera moves.
 */

import {
  measure,
  type NetworkStatistics,
  paint,
  paintSteadily,
  type Session,
} from '../../network/engine.ts';
import type { Network } from '../../network/layers.ts';
import { mixedStatistics } from '../../network/mixed-statistics.ts';
import { DEFAULT_STABILITY } from '../../options/video.ts';
import { type Blend, createBlend } from '../../pictures/blend.ts';
import { type Camera, camera } from '../../pictures/camera.ts';
import { between, ORIGIN, type Picture, type Place } from '../../pictures/picture.ts';
import { cutFinder } from '../../pictures/shots.ts';

/** Frames from one measurement to the next. */
const MEASURED_EVERY = 15;

/** Share of a measurement in the statistics: light and motives that stay are followed within seconds. */
const MEASURED_SHARE = 0.2;

export interface SteadyPainter {
  /** The painting of the next frame. */
  paint(frame: Picture): Promise<Picture>;
}

interface Shot {
  readonly isCut: (frame: Picture) => boolean;
  readonly camera: Camera;
  readonly blend: Blend;
  readonly width: number;
  readonly height: number;
  statistics: NetworkStatistics | undefined;
  seenFrom: Place;
  frames: number;
}

/** For the frames of one camera, in order, with a session that nobody else uses. */
export function steadyPainter(session: Session, network: Network): SteadyPainter {
  let shot: Shot | undefined;

  const painted = async (current: Shot, frame: Picture): Promise<Picture> => {
    const { statistics } = current;
    if (statistics && current.frames % MEASURED_EVERY !== 0) {
      return paintSteadily(session, network, frame, statistics, current.seenFrom);
    }
    const measured = await measure(session, network, frame);
    if (measured === undefined) return paint(session, network, frame);
    current.statistics = followed(statistics, measured.statistics);
    return statistics
      ? paintSteadily(session, network, frame, current.statistics, current.seenFrom)
      : measured.painting;
  };

  return {
    async paint(frame) {
      if (shot === undefined || !hasSize(shot, frame) || shot.isCut(frame)) shot = newShot(frame);
      const before = shot.seenFrom;
      shot.seenFrom = shot.camera.follow(frame);
      const painting = await painted(shot, frame);
      shot.frames += 1;
      return shot.blend.next(frame, painting, between(before, shot.seenFrom));
    },
  };
}

function hasSize(shot: Shot, frame: Picture): boolean {
  return shot.width === frame.width && shot.height === frame.height;
}

/** That begins with this frame. */
function newShot(frame: Picture): Shot {
  const { width, height } = frame;
  const isCut = cutFinder();
  isCut(frame);
  const blend = createBlend(frame, DEFAULT_STABILITY);
  return {
    isCut,
    camera: camera(),
    blend,
    width,
    height,
    statistics: undefined,
    seenFrom: ORIGIN,
    frames: 0,
  };
}

function followed(
  before: NetworkStatistics | undefined,
  measured: NetworkStatistics,
): NetworkStatistics {
  if (before === undefined) return measured;
  return mixedStatistics([
    { statistics: before, share: 1 - MEASURED_SHARE },
    { statistics: measured, share: MEASURED_SHARE },
  ]);
}
