/** Pictures in memory brought to another size as strips of large ones are. */

import type { Extent, Picture } from './picture.ts';
import { resampling } from './resampling.ts';
import { pixelRoom } from './simd/room.ts';

/** Rows that are made at one time, so that they stay in the processor's caches. */
const BAND_ROWS = 32;

/** The picture at exactly this size, its pixels where they were; how high the bands are makes no difference. */
export function resampled(
  { data, ...from }: Picture,
  to: Extent,
  bandRows = Math.min(BAND_ROWS, to.height),
): Picture {
  const room = pixelRoom();
  const by = resampling(room, from, to);
  const source = room.take(by.mostRowsFor(bandRows) * from.width * 3);
  const made = room.take(bandRows * to.width * 3);
  const result = new Uint8Array(to.width * to.height * 3);
  for (let begin = 0; begin < to.height; begin += bandRows) {
    const rows = { begin, end: Math.min(to.height, begin + bandRows) };
    const needed = by.rowsFor(rows);
    const bytes = data.subarray(needed.begin * from.width * 3, needed.end * from.width * 3);
    room.view(source, bytes.length).set(bytes);
    by.resample(rows, source, made);
    const byteCount = (rows.end - begin) * to.width * 3;
    result.set(room.view(made, byteCount), begin * to.width * 3);
  }
  return { width: to.width, height: to.height, data: result };
}
