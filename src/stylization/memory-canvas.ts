/** A canvas in memory. */

import { setImmediate } from 'node:timers/promises';
import { decode } from '../images/decode.ts';
import { encode } from '../images/encode.ts';
import { resize } from '../images/resize.ts';
import type { StyleMix } from '../network/mix.ts';
import { bands } from '../pictures/color.ts';
import type { Picture } from '../pictures/picture.ts';
import { resampled } from '../pictures/resampled.ts';
import type { Sessions } from '../styles/sessions.ts';
import type { Canvas } from './canvas.ts';

/** Its alpha has one byte per pixel. */
export function memoryCanvas(sessions: Sessions, mix: StyleMix): Canvas<Picture, Uint8Array> {
  return {
    decode,
    resize,
    resample: async (painting, extent) => resampled(painting, extent),
    paint: (picture) => sessions.paint(mix, picture),
    paintsOver: () => false,
    paintOver: async () => {
      throw new TypeError('In memory, one step comes after the other.');
    },
    combine: changed,
    encode,
    drop: async () => {},
    read: async (picture) => picture,
    write: async (picture) => picture,
  };
}

async function changed(
  { data, ...extent }: Picture,
  others: readonly Picture[],
  change: (bytes: Uint8Array, others: readonly Uint8Array[]) => void,
): Promise<Picture> {
  const copy: Picture = { ...extent, data: Uint8Array.from(data) };
  for (const [begin, end] of bands(copy)) {
    const parts = others.map((other) => other.data.subarray(begin, end));
    change(copy.data.subarray(begin, end), parts);
    await setImmediate();
  }
  return copy;
}
