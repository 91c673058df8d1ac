/** The styles that one tenant can paint with: those that ship, and those it has learned. */

import { ProblemError } from '../errors.ts';
import type { StyleMix } from '../network/mix.ts';
import type { Catalog } from './catalog.ts';
import type { LearnedStyles } from './learned-styles.ts';
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

export function repertoireOf(shipped: Catalog, learned?: LearnedStyles): Repertoire {
  if (learned === undefined) return { ...shipped, all: () => shipped.styles };
  const isShipped = ({ id }: Pick<StyleManifest, 'id'>) =>
    shipped.styles.some((style) => style.id === id);
  const readersOf = (style: StyleManifest): StyleReaders => (isShipped(style) ? shipped : learned);
  const get = async (id: string): Promise<StyleManifest> => {
    if (isShipped({ id })) return shipped.get(id);
    const style = await learned.find(id);
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

function sorted(styles: readonly StyleManifest[]): StyleManifest[] {
  return [...styles].sort((a, b) => (a.id < b.id ? -1 : 1));
}
