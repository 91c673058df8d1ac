/** Rows of a picture as a network sees them: with margins, and with the noise of each pixel beside its colors. */

import { COLORS, inputChannels, type Network } from '../../../network/layers.ts';
import { writeNoise } from '../../../network/noise.ts';
import { type Extent, mirrored } from '../../../pictures/picture.ts';

export interface SeenRows {
  /** Bytes of a pixel. */
  readonly channels: number;
  /** Bytes of a row. */
  readonly rowBytes: number;
  /** Makes that row of the padded picture of RGB bytes. */
  weave(row: number, colors: Uint8Array, into: Uint8Array): void;
}

export function seenRows(network: Network, { width }: Extent, padded: Extent): SeenRows {
  const { margin, noise } = network;
  const places = Int32Array.from(
    { length: padded.width },
    (_, column) => mirrored(column - margin, width) * COLORS,
  );
  const channels = inputChannels(network);
  const noiseOfRow = new Uint8Array(padded.width);
  return {
    channels,
    rowBytes: padded.width * channels,
    weave: noise
      ? (row, colors, into) => {
          writeNoise(row, noiseOfRow);
          weaveNoise(noiseOfRow, colors, places, into);
        }
      : (_, colors, into) => copyPixels(colors, places, into),
  };
}

function weaveNoise(
  noise: Uint8Array,
  colors: Uint8Array,
  places: Int32Array,
  into: Uint8Array,
): void {
  // Every processor that the runtime is built for has the lowest byte first.
  const pixels = new Uint32Array(into.buffer, into.byteOffset, places.length);
  for (let column = 0; column < places.length; column += 1) {
    const at = places[column]!;
    pixels[column] =
      colors[at]! | (colors[at + 1]! << 8) | (colors[at + 2]! << 16) | (noise[column]! << 24);
  }
}

function copyPixels(colors: Uint8Array, places: Int32Array, into: Uint8Array): void {
  for (let column = 0, to = 0; column < places.length; column += 1, to += COLORS) {
    const at = places[column]!;
    into[to] = colors[at]!;
    into[to + 1] = colors[at + 1]!;
    into[to + 2] = colors[at + 2]!;
  }
}
