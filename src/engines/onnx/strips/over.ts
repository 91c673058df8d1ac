/**
 * What is done to the rows of a picture before and after it is painted over the enlarged painting below it, as
 * `stylization/coarse-to-fine.ts` has it: by bands of rows, each on the thread that takes it.
 */

import { NO_DIFFERENCE } from '../../../pictures/color.ts';
import type { Extent, Rows } from '../../../pictures/picture.ts';
import { type Resampling, resampling } from '../../../pictures/resampling.ts';
import { FULL_SHARE } from '../../../pictures/simd/kernels.ts';
import type { PixelRoom } from '../../../pictures/simd/room.ts';
import { readRows, type SharedRows, writeRows } from './shared-rows.ts';
import type { Team } from './team.ts';

/** Rows of RGB bytes, all but those below of the same size. */
export interface OverJob {
  readonly extent: Extent;
  readonly photo: SharedRows;
  readonly below: SharedRows;
  readonly belowExtent: Extent;
  /** What the network sees, then what it has painted, and in the end the painting. */
  readonly fine: SharedRows;
  /** What the forms below are more than those of the finer painting: of the size below. */
  readonly lack: SharedRows;
  /** How much of the photograph shows in what is painted from, 0..1. */
  readonly detail: number;
}

export interface Over {
  /** Makes what the network sees. */
  begin(): Promise<void>;
  /** Makes the painting of what the network has painted. */
  finish(): Promise<void>;
}

/** Takes what the room has. */
export function over(job: OverJob, room: PixelRoom, team: Team): Over {
  const { extent, belowExtent, detail } = job;
  room.clear();
  const { kernels } = room;
  const enlarging = resampling(room, belowExtent, extent);
  const reducing = resampling(room, extent, belowExtent);
  const large = bandOf(extent);
  const small = bandOf(belowExtent);
  const below = room.take(enlarging.mostRowsFor(large.rows) * small.rowBytes);
  const fine = room.take(Math.max(reducing.mostRowsFor(small.rows), large.rows) * large.rowBytes);
  const made = room.take(Math.max(large.bytes, small.bytes));
  const other = room.take(Math.max(large.bytes, small.bytes));
  const none = room.take(Math.max(large.bytes, small.bytes));

  const read = (from: SharedRows, rows: Rows, address: number): void =>
    readRows(from, rows, room.view(address, bytesOf(from, rows)));
  const write = (to: SharedRows, rows: Rows, address: number): void =>
    writeRows(to, rows.begin, room.view(address, bytesOf(to, rows)));
  /** Makes rows of `picture`, of another size. */
  const resample = (by: Resampling, picture: SharedRows, rows: Rows, source: number): void => {
    read(picture, by.rowsFor(rows), source);
    by.resample(rows, source, made);
  };
  const bands = (band: Band, work: (rows: Rows) => void): Promise<void> =>
    team.share(band.count, (index) => work(band.at(index)));

  return {
    begin: () =>
      bands(large, (rows) => {
        resample(enlarging, job.below, rows, below);
        if (detail > 0) {
          read(job.photo, rows, other);
          kernels.addShare(made, made + bytesOf(job.fine, rows), other, made, partOf(detail));
        }
        write(job.fine, rows, made);
      }),
    async finish() {
      await bands(small, (rows) => {
        const byteCount = bytesOf(job.lack, rows);
        resample(reducing, job.fine, rows, fine);
        read(job.below, rows, other);
        room.view(none, byteCount).fill(NO_DIFFERENCE);
        kernels.addShare(none, none + byteCount, other, made, FULL_SHARE);
        write(job.lack, rows, none);
      });
      room.view(none, large.bytes).fill(NO_DIFFERENCE);
      await bands(large, (rows) => {
        resample(enlarging, job.lack, rows, below);
        read(job.fine, rows, fine);
        kernels.addShare(fine, fine + bytesOf(job.fine, rows), made, none, partOf(1 - detail));
        write(job.fine, rows, fine);
      });
    },
  };
}

function partOf(share: number): number {
  return Math.round(share * FULL_SHARE);
}

function bytesOf({ rowBytes }: SharedRows, { begin, end }: Rows): number {
  return (end - begin) * rowBytes;
}

/** How a picture is cut into bands of rows. */
interface Band {
  readonly count: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly bytes: number;
  at(index: number): Rows;
}

/** What a band may take, so that it stays in the processor's caches. */
const BAND_BYTES = 2 ** 18;

/** Each needs some rows of its neighbors', too. */
const MIN_ROWS = 16;

function bandOf({ width, height }: Extent): Band {
  const rowBytes = width * 3;
  const rows = Math.min(height, Math.max(MIN_ROWS, Math.floor(BAND_BYTES / rowBytes)));
  return {
    count: Math.ceil(height / rows),
    rows,
    rowBytes,
    bytes: rows * rowBytes,
    at: (index) => ({ begin: index * rows, end: Math.min(height, (index + 1) * rows) }),
  };
}

/** Most bands that one step of it has. */
export function mostBands({
  extent,
  belowExtent,
}: Pick<OverJob, 'extent' | 'belowExtent'>): number {
  return Math.max(bandOf(extent).count, bandOf(belowExtent).count);
}
