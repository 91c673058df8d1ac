/** What decoding a picture takes in memory, by its header. */

import type { PhotoHeader } from './header.ts';

/**
 * Most bytes that the decoder holds at the same time: whole pictures, some of them more than once, where
 * the format or its variant needs that, else some rows, which count as nothing. AVIF as reported (2.2 GB
 * for 117 megapixels); the others by what their decoders keep.
 */
export function decodedBytes(header: PhotoHeader): number {
  const { width, height } = header.extent;
  return width * height * bytesPerPixel(header);
}

function bytesPerPixel({ format, samples, heif, isProgressive }: PhotoHeader): number {
  const stored = samples.channels * samples.storedBytes;
  switch (format) {
    case 'jpeg':
      // Coefficients have 16 bits.
      return isProgressive ? 2 * samples.channels : 0;
    case 'png':
      return isProgressive ? stored : 0;
    case 'tiff':
      // A strip may be the whole picture; spare channels are taken out of a copy.
      return stored * (samples.extraChannels > 1 ? 4 : 1);
    case 'webp':
    case 'gif':
      return 8;
    case 'avif':
      return 20 * samples.storedBytes;
    case 'heic':
      return 24 * (heif && heif.bits > 8 ? 2 : 1);
  }
}
