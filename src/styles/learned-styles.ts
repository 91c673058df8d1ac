/**
 * Styles that were learned by request, in a store: every process that shares it sees them without being told. A style
 * is there when its manifest is; its files are written before.
 */

import { z } from 'zod';
import { ProblemError, reasonOf } from '../errors.ts';
import { STYLE_ID } from '../network/mix.ts';
import { ABSENT, type BlobStore, VersionConflictError } from '../storage/blob-store.ts';
import { fromJson, toJson } from '../storage/records.ts';
import { unavailable } from './catalog.ts';
import { type StyleManifest, styleManifestSchema } from './manifest.ts';
import type { FurtherStyles } from './repertoire.ts';
import { CatalogError, styleReaders } from './style-files.ts';

/** Of an id: it is part of keys. */
export const MAX_ID_CHARACTERS = 64;

/** Styles that one tenant's list tells of. */
const MAX_LISTED = 1000;

/** For so long a manifest is believed without looking at it again. */
const MAX_AGE_MS = 1000;

/** Manifests that are remembered. */
const MAX_REMEMBERED = 256;

export interface LearnedStyles extends FurtherStyles {
  /** What the style came of; undefined where there is none. Throws likewise. */
  originOf(id: string): Promise<string | undefined>;
  /**
   * Keeps a style with its files, by their names. `origin` says what it came of: the same one again changes nothing.
   * It takes the place of the style whose digest is `replaced`. Throws a `conflict` problem where the id belongs to
   * another style.
   */
  keep(
    style: StyleManifest,
    files: Readonly<Record<string, Uint8Array>>,
    origin: string,
    replaced?: string,
  ): Promise<void>;
  /** Where a file of that name that was kept with the style lies in the store. */
  keyOf(style: StyleManifest, name: string): string;
  /** False where there was none. */
  remove(id: string): Promise<boolean>;
}

const recordSchema = z.object({
  style: styleManifestSchema,
  origin: z.string(),
});

type LearnedRecord = z.infer<typeof recordSchema>;

interface Known {
  readonly record: LearnedRecord;
  readonly lookedMs: number;
}

export function isLearnedId(id: string): boolean {
  return STYLE_ID.test(id) && id.length <= MAX_ID_CHARACTERS;
}

/** Of the store, in which each kind of styles lies. */
export type StylePlace = 'styles/' | 'pictured/';

export function learnedStyles(
  blobs: BlobStore,
  nowMs: () => number = () => performance.now(),
  place: StylePlace = 'styles/',
): LearnedStyles {
  const manifests = `${place}manifests/`;
  const manifestKey = (id: string) => `${manifests}${id}.json`;
  const idOf = (key: string) => key.slice(manifests.length, -'.json'.length);
  /** Other weights under the same id lie elsewhere: who still reads the ones finds no part of the others. */
  const filesOf = ({ id, digest }: StyleManifest) => `${place}files/${id}/${digest}/`;
  const known = new Map<string, Known>();

  const remember = (id: string, found: Known): LearnedRecord => {
    known.delete(id);
    known.set(id, found);
    if (known.size > MAX_REMEMBERED) known.delete(known.keys().next().value ?? '');
    return found.record;
  };

  const look = async (id: string): Promise<LearnedRecord | undefined> => {
    const before = known.get(id);
    const lookedMs = nowMs();
    if (before && lookedMs - before.lookedMs < MAX_AGE_MS) return before.record;
    known.delete(id);
    const found = await blobs.read(manifestKey(id));
    return found && remember(id, { record: parsed(manifestKey(id), found.bytes), lookedMs });
  };

  const readers = styleReaders((style) => ({
    read: async (name) => (await blobs.read(filesOf(style) + name))?.bytes,
    place: (name) => filesOf(style) + name,
  }));

  const removeFiles = async (style: StyleManifest): Promise<void> =>
    blobs.delete(await blobs.list(filesOf(style), { limit: MAX_FILES }));

  return {
    ...readers,
    async all() {
      const keys = await blobs.list(manifests, { limit: MAX_LISTED });
      const found = await Promise.all(keys.map((key) => look(idOf(key)).catch(withoutDamaged)));
      return found.flatMap((record) => (record ? [record.style] : []));
    },
    async find(id) {
      if (!isLearnedId(id)) return undefined;
      return (await look(id).catch(unavailable(id)))?.style;
    },
    originOf: async (id) =>
      isLearnedId(id) ? (await look(id).catch(unavailable(id)))?.origin : undefined,
    keyOf: (style, name) => filesOf(style) + name,
    async keep(style, files, origin, replaced) {
      for (const [name, content] of Object.entries(files)) {
        await blobs.write(filesOf(style) + name, content);
      }
      known.delete(style.id);
      const record: LearnedRecord = { style, origin };
      const key = manifestKey(style.id);
      const before = replaced === undefined ? undefined : await blobs.read(key);
      const earlier = before && parsed(key, before.bytes).style;
      const expected = before && earlier?.digest === replaced ? before.version : ABSENT;
      await blobs.write(key, toJson(record), { expected }).catch(async (cause: unknown) => {
        if (!(cause instanceof VersionConflictError)) throw cause;
        const other = await look(style.id);
        if (other?.origin === origin) return;
        if (other?.style.digest !== style.digest) await removeFiles(style);
        throw taken(style.id);
      });
      if (earlier && earlier.digest === replaced && replaced !== style.digest) {
        await removeFiles(earlier);
      }
    },
    async remove(id) {
      if (!isLearnedId(id)) return false;
      known.delete(id);
      const key = manifestKey(id);
      const found = await blobs.read(key);
      if (found === undefined) return false;
      await blobs.delete([key]);
      const { style } = parsed(key, found.bytes);
      await removeFiles(style);
      return true;
    },
  };
}

/** That the id of a style belongs to another one. */
export function taken(id: string): ProblemError {
  return new ProblemError('conflict', `The style ${id} is there already; delete it first.`);
}

/** More than a style has. */
const MAX_FILES = 100;

function parsed(key: string, bytes: Uint8Array): LearnedRecord {
  try {
    return fromJson(recordSchema)(bytes);
  } catch (cause) {
    throw new CatalogError(`Expected a style at ${key}: ${reasonOf(cause)}`, { cause });
  }
}

/** A list goes without what cannot be read. */
function withoutDamaged(error: unknown): undefined {
  if (!(error instanceof CatalogError)) throw error;
}
