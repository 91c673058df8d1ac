/**
 * What the boxes of an AVIF or HEIC file say about its primary picture (ISO/IEC 23008-12), read
 * without decoding anything.
 */

import type { Extent } from '../../pictures/picture.ts';
import { type Box, boxes, findBox, text, viewOf } from './boxes.ts';

export interface HeifHeader {
  /** Upright: cropped, turned and mirrored as its properties say. */
  readonly extent: Extent;
  /** What the picture, or the tiles it is made of, are coded in: `hvc1`, `av01`. */
  readonly coding: string;
  readonly hasAlpha: boolean;
  /** ICC. */
  readonly profile: Uint8Array | undefined;
  /** Of one sample. */
  readonly bits: number;
  /** Color by code points of ITU-T H.273. */
  readonly codePoints: { readonly primaries: number; readonly transfer: number } | undefined;
  /** Pictures that have to be decoded for this one. */
  readonly tiles: number;
}

interface Item {
  readonly id: number;
  readonly type: string;
  readonly properties: readonly Box[];
}

interface Reference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

/** Kinds of items that are made of others. */
const DERIVED: ReadonlySet<string> = new Set(['grid', 'iovl', 'iden', 'tmap']);
const ALPHA = /urn:mpeg:(?:mpegB:cicp:systems:auxiliary:alpha|hevc:2015:auxid:1)/;

/** Undefined where the boxes do not make a picture. */
export function readHeif(file: Uint8Array): HeifHeader | undefined {
  try {
    const meta = findBox(file, 'meta')?.subarray(4);
    return meta && describe(meta);
  } catch (error) {
    // A box says that it holds more than it does.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function describe(meta: Uint8Array): HeifHeader | undefined {
  const items = readItems(meta);
  const primary = items.get(readPrimary(meta));
  const size = primary && extentOf(primary);
  if (!primary || !size) return undefined;
  const references = readReferences(meta);
  const tiles = DERIVED.has(primary.type)
    ? references
        .filter(({ type, from }) => type === 'dimg' && from === primary.id)
        .flatMap(({ to }) => to)
    : [];
  const coded = leafOf(primary, items, references);
  const colors = [primary, coded].map(colorOf);
  return {
    extent: size,
    coding: coded.type,
    hasAlpha: references.some(
      ({ type, from, to }) =>
        type === 'auxl' && to.includes(primary.id) && isAlpha(items.get(from)),
    ),
    profile: colors.find(({ profile }) => profile)?.profile,
    bits: bitsOf(coded),
    codePoints: colors.find(({ codePoints }) => codePoints)?.codePoints,
    tiles: Math.max(1, tiles.length),
  };
}

/** The first picture that is coded rather than made of others. */
function leafOf(
  item: Item,
  items: ReadonlyMap<number, Item>,
  references: readonly Reference[],
  depth = 0,
): Item {
  if (!DERIVED.has(item.type) || depth > MAX_DERIVATIONS) return item;
  const source = references.find(({ type, from }) => type === 'dimg' && from === item.id)?.to[0];
  const next = source === undefined ? undefined : items.get(source);
  return next ? leafOf(next, items, references, depth + 1) : item;
}

const MAX_DERIVATIONS = 4;

function isAlpha(item: Item | undefined): boolean {
  return (item?.properties ?? []).some(
    ({ type, body }) => type === 'auxC' && ALPHA.test(text(body, 4, 64)),
  );
}

function colorOf({ properties }: Item): Pick<HeifHeader, 'profile' | 'codePoints'> {
  const colors = properties.filter(({ type }) => type === 'colr').map(({ body }) => body);
  const nclx = colors.find((body) => text(body, 0, 4) === 'nclx' && body.length >= 10);
  return {
    profile: colors.find((body) => ['prof', 'rICC'].includes(text(body, 0, 4)))?.subarray(4),
    codePoints: nclx && {
      primaries: viewOf(nclx).getUint16(4),
      transfer: viewOf(nclx).getUint16(6),
    },
  };
}

/** As the decoder's configuration has it (ISO/IEC 14496-15, section 8.3.2); 8 where it does not. */
function bitsOf({ properties }: Item): number {
  const configuration = properties.find(({ type }) => type === 'hvcC')?.body;
  return configuration ? ((configuration[17] ?? 0) & 7) + 8 : 8;
}

/** Transformations apply in the order of the properties. */
function extentOf({ properties }: Item): Extent | undefined {
  let extent: Extent | undefined;
  for (const { type, body } of properties) {
    const view = viewOf(body);
    if (type === 'ispe') extent = { width: view.getUint32(4), height: view.getUint32(8) };
    else if (type === 'clap' && extent) {
      const side = (at: number) => Math.round(view.getUint32(at) / view.getUint32(at + 4));
      extent = { width: side(0), height: side(8) };
    } else if (type === 'irot' && extent && view.getUint8(0) % 2 === 1) {
      extent = { width: extent.height, height: extent.width };
    }
  }
  return extent && extent.width > 0 && extent.height > 0 ? extent : undefined;
}

function readPrimary(meta: Uint8Array): number {
  const body = findBox(meta, 'pitm') ?? new Uint8Array();
  return body[0] === 0 ? viewOf(body).getUint16(4) : viewOf(body).getUint32(4);
}

function readItems(meta: Uint8Array): ReadonlyMap<number, Item> {
  const iprp = findBox(meta, 'iprp') ?? new Uint8Array();
  const properties = [...boxes(findBox(iprp, 'ipco') ?? new Uint8Array())];
  const associations = readAssociations(findBox(iprp, 'ipma'));
  const iinf = findBox(meta, 'iinf') ?? new Uint8Array();
  const items = new Map<number, Item>();
  for (const { type, body } of boxes(iinf.subarray(iinf[0] === 0 ? 6 : 8))) {
    if (type !== 'infe' || (body[0] ?? 0) < 2) continue;
    const wide = body[0] !== 2;
    const id = wide ? viewOf(body).getUint32(4) : viewOf(body).getUint16(4);
    items.set(id, {
      id,
      type: text(body, wide ? 10 : 8, 4),
      get properties() {
        return associations(id).flatMap((index) => properties[index - 1] ?? []);
      },
    });
  }
  return items;
}

/** Indices of an item's properties, counted from one. They are read only of items that matter. */
function readAssociations(ipma: Uint8Array = new Uint8Array(8)): (id: number) => number[] {
  const view = viewOf(ipma);
  const [wideId, wideIndex] = [ipma[0] !== 0, ((ipma[3] ?? 0) & 1) === 1];
  const bytes = wideIndex ? 2 : 1;
  const found = new Map<number, { at: number; count: number }>();
  let at = 8;
  for (let left = Math.min(view.getUint32(4), MAX_ITEMS); left > 0; left -= 1) {
    const id = wideId ? view.getUint32(at) : view.getUint16(at);
    at += wideId ? 4 : 2;
    const count = view.getUint8(at);
    found.set(id, { at: at + 1, count });
    at += 1 + count * bytes;
  }
  const index = (place: number) =>
    wideIndex ? view.getUint16(place) & 0x7fff : view.getUint8(place) & 0x7f;
  return (id) => {
    const { at: start, count } = found.get(id) ?? { at: 0, count: 0 };
    return Array.from({ length: count }, (_, i) => index(start + i * bytes));
  };
}

const MAX_ITEMS = 20_000;

/** Those that matter here; a grid has no more tiles than are looked at. */
function readReferences(meta: Uint8Array): Reference[] {
  const iref = findBox(meta, 'iref');
  if (!iref) return [];
  const bytes = iref[0] === 0 ? 2 : 4;
  const references: Reference[] = [];
  let left = MAX_REFERENCES;
  for (const { type, body } of boxes(iref.subarray(4))) {
    if (type !== 'dimg' && type !== 'auxl') continue;
    const view = viewOf(body);
    const id = (at: number) => (bytes === 4 ? view.getUint32(at) : view.getUint16(at));
    const count = Math.min(view.getUint16(bytes), left);
    left -= count;
    const to = Array.from({ length: count }, (_, i) => id(bytes + 2 + i * bytes));
    references.push({ type, from: id(0), to });
  }
  return references;
}

const MAX_REFERENCES = 70_000;
