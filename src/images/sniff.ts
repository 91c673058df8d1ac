/** What a file is, by its first bytes; what is not read has a name too, so that it can be refused by it. */

import type { InputFormat } from '../pictures/formats.ts';
import { brandsOf, text } from './headers/boxes.ts';

export interface Sniffed {
  readonly name: string;
  /** Undefined for formats that are recognized but not read. */
  readonly format: InputFormat | undefined;
}

/** Bytes at an offset that mark a format. */
interface Signature {
  readonly name: string;
  readonly format?: InputFormat;
  readonly offset: number;
  readonly bytes: string;
}

const SIGNATURES: readonly Signature[] = [
  { name: 'JPEG XL', offset: 0, bytes: '\xff\x0a' },
  { name: 'JPEG XL', offset: 4, bytes: 'JXL ' },
  { name: 'JPEG 2000', offset: 4, bytes: 'jP  ' },
  { name: 'JPEG 2000', offset: 0, bytes: '\xff\x4f\xff\x51' },
  { name: 'JPEG-LS', offset: 0, bytes: '\xff\xd8\xff\xf7' },
  { name: 'JPEG', format: 'jpeg', offset: 0, bytes: '\xff\xd8\xff' },
  { name: 'PNG', format: 'png', offset: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { name: 'WebP', format: 'webp', offset: 8, bytes: 'WEBP' },
  { name: 'GIF', format: 'gif', offset: 0, bytes: 'GIF87a' },
  { name: 'GIF', format: 'gif', offset: 0, bytes: 'GIF89a' },
  { name: 'Canon raw', offset: 8, bytes: 'CR\x02' },
  { name: 'TIFF', format: 'tiff', offset: 0, bytes: 'II*\0' },
  { name: 'TIFF', format: 'tiff', offset: 0, bytes: 'MM\0*' },
  { name: 'BigTIFF', format: 'tiff', offset: 0, bytes: 'II+\0' },
  { name: 'BigTIFF', format: 'tiff', offset: 0, bytes: 'MM\0+' },
  { name: 'Photoshop (PSD)', offset: 0, bytes: '8BPS' },
  { name: 'GIMP (XCF)', offset: 0, bytes: 'gimp xcf' },
  { name: 'icon (ICO)', offset: 0, bytes: '\0\0\x01\0' },
  { name: 'cursor (CUR)', offset: 0, bytes: '\0\0\x02\0' },
  { name: 'OpenEXR', offset: 0, bytes: '\x76\x2f\x31\x01' },
  { name: 'Radiance HDR', offset: 0, bytes: '#?RADIANCE' },
  { name: 'JPEG XR', offset: 0, bytes: 'II\xbc' },
  { name: 'DirectDraw Surface', offset: 0, bytes: 'DDS ' },
  { name: 'QOI', offset: 0, bytes: 'qoif' },
  { name: 'PDF', offset: 0, bytes: '%PDF' },
  { name: 'PostScript', offset: 0, bytes: '%!PS' },
  { name: 'BMP', offset: 0, bytes: 'BM' },
  { name: 'ZIP', offset: 0, bytes: 'PK\x03\x04' },
  { name: 'WebM or Matroska', offset: 0, bytes: '\x1a\x45\xdf\xa3' },
];

/**
 * Brands of files that begin with an `ftyp` box, from what says most to what says least: the major
 * brand may be as general as `mif1` where a compatible one says what the picture is coded in.
 */
const BRANDS: readonly (Sniffed & { readonly brands: readonly string[] })[] = [
  { name: 'AVIF', format: 'avif', brands: ['avif'] },
  { name: 'HEIC', format: 'heic', brands: ['heic', 'heix', 'heim', 'heis'] },
  { name: 'animated AVIF', format: undefined, brands: ['avis'] },
  { name: 'animated HEIC', format: undefined, brands: ['hevc', 'hevx', 'hevm', 'hevs'] },
  { name: 'JPEG 2000', format: undefined, brands: ['jp2 ', 'jpx ', 'jpm ', 'j2ki'] },
  { name: 'JPEG XL', format: undefined, brands: ['jxl '] },
  { name: 'HEIF (neither AVIF nor HEIC)', format: undefined, brands: ['mif1', 'miaf', 'msf1'] },
  { name: 'Canon raw', format: undefined, brands: ['crx '] },
  { name: 'QuickTime', format: undefined, brands: ['qt  '] },
  { name: 'MP4', format: undefined, brands: ['isom', 'iso2', 'mp41', 'mp42', 'avc1', 'M4V '] },
];

/** What an animation says first; its still picture, where it has one, is not what was meant. */
const ANIMATIONS: ReadonlySet<string> = new Set(['avis', 'hevc', 'hevx', 'hevm', 'hevs']);

/** Characters of text files in which their kind is looked for. */
const TEXT_HEAD = 4096;

/** What the first bytes say the file is; undefined where they say nothing. */
export function sniff(file: Uint8Array): Sniffed | undefined {
  const head = text(file, 0, 16);
  const match = SIGNATURES.find(({ offset, bytes }) => head.startsWith(bytes, offset));
  if (match) return { name: match.name, format: match.format };
  return sniffBrands(brandsOf(file)) ?? sniffText(file);
}

function sniffBrands([major, ...compatible]: readonly string[]): Sniffed | undefined {
  if (major === undefined) return undefined;
  const brands = ANIMATIONS.has(major) ? [major] : [major, ...compatible];
  const known = BRANDS.find((row) => row.brands.some((brand) => brands.includes(brand)));
  return known && { name: known.name, format: known.format };
}

function sniffText(file: Uint8Array): Sniffed | undefined {
  const head = new TextDecoder().decode(file.subarray(0, TEXT_HEAD)).trimStart().toLowerCase();
  if (!head.startsWith('<')) return undefined;
  const name = head.includes('<svg')
    ? 'SVG'
    : /^<(?:!doctype html|html)/.test(head)
      ? 'HTML'
      : head.startsWith('<?xml')
        ? 'XML'
        : undefined;
  return name === undefined ? undefined : { name, format: undefined };
}
