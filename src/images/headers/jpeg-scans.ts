/** Whether the scans of a JPEG hold all of its coefficients (ITU-T T.81, sections B.2.3 and G.1.1.1). */

import { viewOf } from './boxes.ts';

const COEFFICIENTS = 64;
const START_OF_SCAN = 0xda;

/**
 * From the first scan on; `components` as the frame has them. What a scan holds is not looked at: the
 * decoder finds out where one breaks off, but not where others should have followed.
 */
export function hasAllScans(file: Uint8Array, firstScan: number, components: number): boolean {
  /** How many coefficients are there with all of their bits, by component. */
  const exact = new Map<number, Set<number>>();
  for (const { at, marker } of segments(file, firstScan)) {
    if (marker === undefined) return false;
    if (marker !== START_OF_SCAN) continue;
    for (const { component, first, last } of exactBands(file, at)) {
      const found = exact.get(component) ?? new Set();
      for (let i = first; i <= Math.min(last, COEFFICIENTS - 1); i += 1) found.add(i);
      exact.set(component, found);
    }
  }
  const complete = [...exact.values()].filter(({ size }) => size === COEFFICIENTS);
  return complete.length >= components;
}

/** Those of a scan whose lowest bit comes in it. */
function exactBands(file: Uint8Array, at: number) {
  const count = file[at + 4] ?? 0;
  const tail = at + 5 + count * 2;
  const [first = 0, last = 0, approximation = 0] = file.subarray(tail, tail + 3);
  if ((approximation & 15) !== 0) return [];
  return Array.from({ length: count }, (_, i) => ({
    component: file[at + 5 + i * 2] ?? 0,
    first,
    last,
  }));
}

/** Segments and, between them, entropy-coded data, whose own bytes never look like a marker. */
function* segments(
  file: Uint8Array,
  start: number,
): Generator<{ at: number; marker: number | undefined }> {
  const view = viewOf(file);
  let at = start;
  while (at + 4 <= file.length) {
    const marker = view.getUint8(at + 1);
    const end = at + 2 + view.getUint16(at + 2);
    if (end > file.length) break;
    yield { at, marker };
    at = nextMarker(file, end);
  }
  // One that is cut off, unless it is the very byte that begins the missing end marker.
  if (at < file.length - 1) yield { at, marker: undefined };
}

/** Restart markers stand inside the data, stuffed bytes are part of it. */
function nextMarker(file: Uint8Array, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1];
    const inside = next === 0 || next === 0xff || (next !== undefined && (next & 0xf8) === 0xd0);
    if (!inside) return at;
  }
  return file.length;
}
