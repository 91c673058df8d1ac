/** What it takes to paint a picture in a file into another file, shared among threads. */

import { closeSync, openSync } from 'node:fs';
import type { LargePicture } from '../../../network/engine.ts';
import type { NetworkInstance } from '../../../network/polyphase.ts';
import type { RasterFile } from '../../../pictures/picture.ts';
import { rasterLayout } from '../../../rasters/file-raster.ts';
import { mostBands, type OverJob } from './over.ts';
import { stripMeasures } from './painter.ts';
import { type RowRoom, rowRoom, type SharedRows } from './shared-rows.ts';
import { teamMemory } from './team.ts';
import type { SharedWork } from './thread.ts';

/** Runs `work` with the picture's files open, and `memory` for as many rows as it holds. */
export async function withSharedWork(
  instance: NetworkInstance,
  job: LargePicture,
  threads: number,
  memory: SharedArrayBuffer,
  work: (shared: SharedWork) => Promise<void>,
): Promise<void> {
  const opened: number[] = [];
  const open = (raster: RasterFile): SharedRows => {
    const place = openSync(raster.path, 'r+');
    opened.push(place);
    const { offset, rowBytes } = rasterLayout(raster);
    return { place, rows: raster.height, rowBytes, offset, stride: rowBytes };
  };
  const room = rowRoom(memory, job.scratchFolder);
  try {
    await work(sharedWork(instance, job, threads, open, room));
  } finally {
    room.close();
    for (const file of opened) closeSync(file);
  }
}

function sharedWork(
  instance: NetworkInstance,
  { picture, painting, over: beneath }: LargePicture,
  threads: number,
  open: (raster: RasterFile) => SharedRows,
  room: RowRoom,
): SharedWork {
  const { width, height } = picture;
  const extent = { width, height };
  const measures = stripMeasures(instance, extent);
  const kept = measures.kept.map(room.take);
  const ends = { picture: open(picture), painting: open(painting) };
  const over = beneath && overJob(extent, ends, beneath, open, room);
  const seen = over ? { picture: over.fine, painting: over.fine } : ends;
  const { stripRows, strips, passes, foundBytes } = measures;
  const found = new SharedArrayBuffer(passes * strips * foundBytes);
  return {
    strips: { extent, stripRows, strips, ...seen, kept, found, foundBytes },
    over,
    team: teamMemory(Math.max(strips, over ? mostBands(over) : 0)),
    threads,
  };
}

interface Ends {
  readonly picture: SharedRows;
  readonly painting: SharedRows;
}

function overJob(
  extent: OverJob['extent'],
  { picture: photo, painting: fine }: Ends,
  { painting: file, detail }: NonNullable<LargePicture['over']>,
  open: (raster: RasterFile) => SharedRows,
  room: RowRoom,
): OverJob {
  const below = open(file);
  const { width, height } = file;
  return {
    extent,
    photo,
    below,
    belowExtent: { width, height },
    fine,
    lack: room.take({ rows: height, rowBytes: width * 3 }),
    detail,
  };
}
