/** The boxes that AVIF and HEIC files are made of (ISO/IEC 14496-12, section 4.2). */

export interface Box {
  /** Four characters. */
  readonly type: string;
  /** What it holds, without its size and type. */
  readonly body: Uint8Array;
}

/** No honest picture has as many; each is looked at before anything is admitted. */
const MAX_BOXES = 20_000;

/** The boxes side by side in these bytes, as far as they are whole. */
export function* boxes(bytes: Uint8Array): Generator<Box> {
  const view = viewOf(bytes);
  let start = 0;
  for (let count = 0; start + 8 <= bytes.length && count < MAX_BOXES; count += 1) {
    let size = view.getUint32(start);
    let header = 8;
    if (size === 1) {
      if (start + 16 > bytes.length) return;
      size = Number(view.getBigUint64(start + 8));
      header = 16;
    }
    const end = size === 0 ? bytes.length : start + size;
    if (end < start + header || end > bytes.length) return;
    yield { type: text(bytes, start + 4, 4), body: bytes.subarray(start + header, end) };
    start = end;
  }
}

/** The first box of that type among those side by side in these bytes. */
export function findBox(bytes: Uint8Array, type: string): Uint8Array | undefined {
  for (const box of boxes(bytes)) if (box.type === type) return box.body;
  return undefined;
}

/** The brands of a file that begins with an `ftyp` box, the major one first; else none. */
export function brandsOf(file: Uint8Array): string[] {
  if (file.length < 12 || text(file, 4, 4) !== 'ftyp') return [];
  const size = Math.min(viewOf(file).getUint32(0), file.length, MAX_BRANDS * 4);
  const brands = [text(file, 8, 4)];
  for (let at = 16; at + 4 <= size; at += 4) brands.push(text(file, at, 4));
  return brands;
}

const MAX_BRANDS = 64;

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as Latin-1 characters; fewer where the bytes end. */
export function text(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}
