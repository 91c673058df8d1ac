/** What the tags of a TIFF file say (TIFF 6.0; BigTIFF with 64-bit offsets), read without libtiff. */

import { viewOf } from './boxes.ts';

export interface TiffHeader {
  /** Pages, counted no further than one beyond what was asked for. */
  readonly pages: number;
  /** Of the first page. */
  readonly tags: TiffTags;
}

export interface TiffTags {
  /** Bits of one sample. */
  readonly bits: number;
  readonly photometric: number;
  /** One entry for each channel beside those of color: 0 anything, 1 and 2 alpha. */
  readonly extraSamples: readonly number[];
  /** 1 whole numbers, 2 signed, 3 floating-point, 4 anything. */
  readonly sampleFormat: number;
  /** Of a camera: what the first page shows is a preview. */
  readonly isRaw: boolean;
}

const BITS_PER_SAMPLE = 258;
const PHOTOMETRIC = 262;
const EXTRA_SAMPLES = 338;
const SAMPLE_FORMAT = 339;
const DNG_VERSION = 50_706;

/** Bytes of one value by the type of a tag. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** A list is as long as a pixel has channels. */
const MAX_VALUES = 64;

/** Where things are in the two kinds of TIFF. */
interface Layout {
  readonly view: DataView;
  readonly little: boolean;
  readonly big: boolean;
}

/** Undefined where there is no first page. */
export function readTiff(file: Uint8Array, maxPages: number): TiffHeader | undefined {
  const view = viewOf(file);
  const little = file[0] === 0x49;
  const layout = { view, little, big: file.length >= 16 && view.getUint16(2, little) === 43 };
  try {
    const first = offsetAt(layout, layout.big ? 8 : 4);
    return { tags: readTags(layout, first), pages: countPages(layout, first, maxPages) };
  } catch (error) {
    // An offset leads out of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A chain that leads out of the file ends there. */
function countPages(layout: Layout, first: number, most: number): number {
  let pages = 0;
  try {
    for (let at = first; at !== 0 && pages <= most; pages += 1) {
      const { entries, count, entryBytes } = directory(layout, at);
      at = offsetAt(layout, entries + count * entryBytes);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return pages;
}

function readTags(layout: Layout, at: number): TiffTags {
  const { entries, count, entryBytes } = directory(layout, at);
  const tags = new Map<number, readonly number[]>();
  for (let i = 0; i < count; i += 1) {
    const entry = entries + i * entryBytes;
    const tag = layout.view.getUint16(entry, layout.little);
    if (KNOWN.has(tag)) tags.set(tag, valuesOf(layout, entry));
  }
  return {
    bits: Math.max(1, ...(tags.get(BITS_PER_SAMPLE) ?? [])),
    photometric: tags.get(PHOTOMETRIC)?.[0] ?? 0,
    extraSamples: tags.get(EXTRA_SAMPLES) ?? [],
    sampleFormat: tags.get(SAMPLE_FORMAT)?.[0] ?? 1,
    isRaw: tags.has(DNG_VERSION),
  };
}

const KNOWN: ReadonlySet<number> = new Set([
  BITS_PER_SAMPLE,
  PHOTOMETRIC,
  EXTRA_SAMPLES,
  SAMPLE_FORMAT,
  DNG_VERSION,
]);

function directory({ view, little, big }: Layout, at: number) {
  return big
    ? { count: Number(view.getBigUint64(at, little)), entries: at + 8, entryBytes: 20 }
    : { count: view.getUint16(at, little), entries: at + 2, entryBytes: 12 };
}

function offsetAt({ view, little, big }: Layout, at: number): number {
  return big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
}

/** Whole numbers; values of other types are left out. They stand in the entry itself where they fit. */
function valuesOf(layout: Layout, entry: number): number[] {
  const { view, little, big } = layout;
  const bytes = TYPE_BYTES[view.getUint16(entry + 2, little)];
  if (bytes === undefined) return [];
  const length = big
    ? Number(view.getBigUint64(entry + 4, little))
    : view.getUint32(entry + 4, little);
  const field = entry + (big ? 12 : 8);
  const start = length * bytes <= (big ? 8 : 4) ? field : offsetAt(layout, field);
  return Array.from({ length: Math.min(length, MAX_VALUES) }, (_, i) => {
    const at = start + i * bytes;
    if (bytes === 1) return view.getUint8(at);
    if (bytes === 2) return view.getUint16(at, little);
    return bytes === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
  });
}
