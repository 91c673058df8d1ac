/** Pictures in memory as strips are painted from and into. */

import { stripMeasures } from '../../src/engines/onnx/strips/painter.ts';
import type { StripJob } from '../../src/engines/onnx/strips/run.ts';
import { rowRoom, type SharedRows } from '../../src/engines/onnx/strips/shared-rows.ts';
import type { NetworkInstance } from '../../src/network/polyphase.ts';
import type { Picture } from '../../src/pictures/picture.ts';

/** `folder` is for what is kept and does not fit in memory; nothing here. Of usual strips where `stripRows` is absent. */
export function stripJob(
  instance: NetworkInstance,
  picture: Picture,
  folder: string,
  stripRows?: number,
): StripJob & { readonly painted: Uint8Array } {
  const { width, height, data } = picture;
  const measures = stripMeasures(instance, picture, stripRows);
  const { strips, passes, foundBytes } = measures;
  const keptBytes = measures.kept.reduce((sum, { rows, rowBytes }) => sum + rows * rowBytes, 0);
  const room = rowRoom(new SharedArrayBuffer(keptBytes), folder);
  const source = new SharedArrayBuffer(data.length);
  new Uint8Array(source).set(data);
  const result = new SharedArrayBuffer(data.length);
  const rowsIn = (place: SharedArrayBuffer): SharedRows => {
    const rowBytes = width * 3;
    return { place, offset: 0, rows: height, rowBytes, stride: rowBytes };
  };
  return {
    extent: { width, height },
    stripRows: measures.stripRows,
    strips,
    picture: rowsIn(source),
    painting: rowsIn(result),
    kept: measures.kept.map(room.take),
    found: new SharedArrayBuffer(passes * strips * foundBytes),
    foundBytes,
    painted: new Uint8Array(result),
  };
}
