/** The styles that one tenant can paint with: those that ship, and those it has learned. */

import { ProblemError } from '../errors.ts';
import type { StyleMix } from '../network/mix.ts';
import type { Catalog } from './catalog.ts';
import type { StyleManifest } from './manifest.ts';
import type { StyleReaders } from './style-files.ts';

/** What is at hand is given at once. */
type Soon<T> = T | Promise<T>;

export interface Repertoire extends StyleReaders {
  /** Sorted by id. */
  all(): Soon<readonly StyleManifest[]>;
  /** Throws a `style-not-found` problem, and a `style-unavailable` one where a manifest is damaged. */
  get(id: string): Soon<StyleManifest>;
  /** The styles of a mix, in its order. Throws like {@link Repertoire.get}. */
  resolve(mix: StyleMix): Soon<StyleManifest[]>;
}

/** Styles beside those that ship. */
export interface FurtherStyles extends StyleReaders {
  all(): Promise<StyleManifest[]>;
  /** Undefined where there is none. Throws a `style-unavailable` problem where its manifest is damaged. */
  find(id: string): Promise<StyleManifest | undefined>;
}

/** `unlisted` ones are found by their ids alone. */
export function repertoireOf(
  shipped: Catalog,
  learned?: FurtherStyles,
  unlisted?: FurtherStyles,
): Repertoire {
  if (learned === undefined) return { ...shipped, all: () => shipped.styles };
  const isShipped = ({ id }: Pick<StyleManifest, 'id'>) =>
    shipped.styles.some((style) => style.id === id);
  const readersOf = (style: StyleManifest): StyleReaders => {
    if (isShipped(style)) return shipped;
    return unlisted && isUnlistedId(style.id) ? unlisted : learned;
  };
  const get = async (id: string): Promise<StyleManifest> => {
    if (isShipped({ id })) return shipped.get(id);
    const style = await (unlisted && isUnlistedId(id) ? unlisted : learned).find(id);
    if (style) return style;
    const known = shipped.styles.map((other) => other.id).join(', ');
    const detail = `Expected one of ${known}, or one of your own, got "${id.slice(0, 80)}".`;
    throw new ProblemError('style-not-found', detail);
  };
  return {
    all: async () => sorted([...shipped.styles, ...(await learned.all())]),
    get,
    resolve: (mix) => Promise.all(mix.parts.map(({ style }) => get(style))),
    load: (style) => readersOf(style).load(style),
    loadLight: (style) => readersOf(style).loadLight(style),
    networkFile: (style, ...rest) => readersOf(style).networkFile(style, ...rest),
    rangesFile: (style) => readersOf(style).rangesFile(style),
    files: (style) => readersOf(style).files(style),
    preview: (style) => readersOf(style).preview(style),
  };
}

/** What styles of pictures that come with requests are called: a digest follows. */
const UNLISTED = 'picture-';
const DIGEST_DIGITS = 24;

const UNLISTED_ID = new RegExp(`^${UNLISTED}[0-9a-f]{${DIGEST_DIGITS}}$`);

export function isUnlistedId(id: string): boolean {
  return UNLISTED_ID.test(id);
}

/** `digest` is hexadecimal, and longer. */
export function unlistedId(digest: string): string {
  return UNLISTED + digest.slice(0, DIGEST_DIGITS);
}

function sorted(styles: readonly StyleManifest[]): StyleManifest[] {
  return [...styles].sort((a, b) => (a.id < b.id ? -1 : 1));
}
