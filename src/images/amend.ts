/** What has to be changed in files that are as the standards, or all viewers, allow before libvips takes them. */

import type { InputFormat } from '../pictures/formats.ts';
import { brandsOf } from './headers/boxes.ts';
import { hasEnd, readJpeg } from './headers/jpeg.ts';
import { hasAllScans } from './headers/jpeg-scans.ts';

/**
 * `end-marker`: many cameras forget the marker that ends a JPEG. `major-brand`: libvips knows AVIF by
 * its major brand only, which may be as general as `mif1`.
 */
export type Amendment = 'end-marker' | 'major-brand';

export function amendmentOf(format: InputFormat, file: Uint8Array): Amendment | undefined {
  if (format === 'jpeg' && lacksOnlyEnd(file)) return 'end-marker';
  if (format === 'avif' && brandsOf(file)[0] !== 'avif') return 'major-brand';
  return undefined;
}

function lacksOnlyEnd(file: Uint8Array): boolean {
  const header = readJpeg(file);
  const { frame, scan } = header;
  if (!frame || scan === undefined || hasEnd(file, header)) return false;
  return hasAllScans(file, scan, frame.components);
}

/** A changed copy; the file itself where nothing has to be changed. */
export function amended(file: Uint8Array, amendment: Amendment | undefined): Uint8Array {
  if (amendment === 'end-marker') return Buffer.concat([file, END_OF_IMAGE]);
  if (amendment === 'major-brand') {
    const copy = Uint8Array.from(file);
    copy.set(AVIF, MAJOR_BRAND_OFFSET);
    return copy;
  }
  return file;
}

const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
const AVIF = Buffer.from('avif');
const MAJOR_BRAND_OFFSET = 8;
