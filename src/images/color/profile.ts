/** What has to be known of an ICC profile here (ICC.1:2022); the rest is libvips' and Little CMS's. */

import { text, viewOf } from '../headers/boxes.ts';
import { type Encoding, encoding, SRGB_PRIMARIES } from './encoding.ts';

const HEADER_BYTES = 128;
const MAX_TAGS = 100;

/** Whether Little CMS can take it for pictures of three channels. */
export function isRgbProfile(profile: Uint8Array): boolean {
  const tags = tagsOf(profile);
  const has = (...names: string[]) => names.every((name) => tags.has(name));
  return (
    spaceOf(profile) === 'RGB ' &&
    (has('A2B0') || has('rXYZ', 'gXYZ', 'bXYZ', 'rTRC', 'gTRC', 'bTRC'))
  );
}

/** Undefined where it is no profile for gray pictures, or one without a curve. */
export function grayEncoding(profile: Uint8Array): Encoding | undefined {
  const data = spaceOf(profile) === 'GRAY' ? tagsOf(profile).get('kTRC') : undefined;
  const toLight = data && curveOf(data);
  return toLight && encoding(SRGB_PRIMARIES, toLight);
}

function spaceOf(profile: Uint8Array): string | undefined {
  return text(profile, 36, 4) === 'acsp' ? text(profile, 16, 4) : undefined;
}

function tagsOf(profile: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const tags = new Map<string, Uint8Array>();
  if (profile.length < HEADER_BYTES + 4) return tags;
  const view = viewOf(profile);
  const count = Math.min(view.getUint32(HEADER_BYTES), MAX_TAGS);
  for (let i = 0; i < count; i += 1) {
    const entry = HEADER_BYTES + 4 + i * 12;
    if (entry + 12 > profile.length) break;
    const start = view.getUint32(entry + 4);
    const end = start + view.getUint32(entry + 8);
    if (end <= profile.length) tags.set(text(profile, entry, 4), profile.subarray(start, end));
  }
  return tags;
}

/** Sections 10.6 and 10.18. */
function curveOf(data: Uint8Array): ((value: number) => number) | undefined {
  const type = text(data, 0, 4);
  const view = viewOf(data);
  if (type === 'curv' && data.length >= 12) return tableCurve(view);
  if (type === 'para' && data.length >= 12) return parametricCurve(view);
  return undefined;
}

function tableCurve(view: DataView): ((value: number) => number) | undefined {
  const count = view.getUint32(8);
  if (12 + count * 2 > view.byteLength) return undefined;
  if (count === 0) return (value) => value;
  if (count === 1) {
    const exponent = view.getUint16(12) / 256;
    return (value) => value ** exponent;
  }
  return (value) => {
    const place = Math.min(1, Math.max(0, value)) * (count - 1);
    const index = Math.min(count - 2, Math.floor(place));
    const at = (i: number) => view.getUint16(12 + i * 2) / 65_535;
    return at(index) + (at(index + 1) - at(index)) * (place - index);
  };
}

/** How many parameters each kind has, g a b c d e f. */
const PARAMETERS = [1, 3, 4, 5, 7];

function parametricCurve(view: DataView): ((value: number) => number) | undefined {
  const kind = view.getUint16(8);
  const count = PARAMETERS[kind];
  if (count === undefined || 12 + count * 4 > view.byteLength) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: count },
    (_, i) => view.getInt32(12 + i * 4) / 65_536,
  );
  const power = (value: number) => Math.max(0, a * value + b) ** g;
  if (kind === 0) return (value) => value ** g;
  if (kind === 1) return (value) => (value >= -b / a ? power(value) : 0);
  if (kind === 2) return (value) => (value >= -b / a ? power(value) + c : c);
  return (value) => (value >= d ? power(value) + e : c * value + f);
}
