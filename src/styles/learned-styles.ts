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
import { CatalogError, type StyleReaders, styleReaders } from './style-files.ts';

/** Of an id: it is part of keys. */
export const MAX_ID_CHARACTERS = 64;

/** Styles that one tenant's list tells of. */
const MAX_LISTED = 1000;

/** For so long a manifest is believed without looking at it again. */
const MAX_AGE_MS = 1000;

/** Manifests that are remembered. */
const MAX_REMEMBERED = 256;

export interface LearnedStyles extends StyleReaders {
  all(): Promise<StyleManifest[]>;
  /** Undefined where there is none. Throws a `style-unavailable` problem where its manifest is damaged. */
  find(id: string): Promise<StyleManifest | undefined>;
  /** What the style came of; undefined where there is none. Throws likewise. */
  originOf(id: string): Promise<string | undefined>;
  /**
   * Keeps a style with its files, by their names. `origin` says what it came of: the same one again changes nothing.
   * Throws a `conflict` problem where the id belongs to a style of another origin.
   */
  keep(
    style: StyleManifest,
    files: Readonly<Record<string, Uint8Array>>,
    origin: string,
  ): Promise<void>;
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

export function learnedStyles(
  blobs: BlobStore,
  nowMs: () => number = () => performance.now(),
): LearnedStyles {
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
    return found && remember(id, { record: parsed(id, found.bytes), lookedMs });
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
      const keys = await blobs.list(MANIFESTS, { limit: MAX_LISTED });
      const found = await Promise.all(keys.map((key) => look(idOf(key)).catch(withoutDamaged)));
      return found.flatMap((record) => (record ? [record.style] : []));
    },
    async find(id) {
      if (!isLearnedId(id)) return undefined;
      return (await look(id).catch(unavailable(id)))?.style;
    },
    originOf: async (id) =>
      isLearnedId(id) ? (await look(id).catch(unavailable(id)))?.origin : undefined,
    async keep(style, files, origin) {
      for (const [name, content] of Object.entries(files)) {
        await blobs.write(filesOf(style) + name, content);
      }
      known.delete(style.id);
      const record: LearnedRecord = { style, origin };
      const key = manifestKey(style.id);
      await blobs.write(key, toJson(record), { expected: ABSENT }).catch(async (cause: unknown) => {
        if (!(cause instanceof VersionConflictError)) throw cause;
        const other = await look(style.id);
        if (other?.origin === origin) return;
        if (other?.style.digest !== style.digest) await removeFiles(style);
        throw taken(style.id);
      });
    },
    async remove(id) {
      if (!isLearnedId(id)) return false;
      known.delete(id);
      const key = manifestKey(id);
      const found = await blobs.read(key);
      if (found === undefined) return false;
      await blobs.delete([key]);
      const { style } = parsed(id, found.bytes);
      await removeFiles(style);
      return true;
    },
  };
}

/** That the id of a style belongs to another one. */
export function taken(id: string): ProblemError {
  return new ProblemError('conflict', `The style ${id} is there already; delete it first.`);
}

const MANIFESTS = 'styles/manifests/';
const FILES = 'styles/files/';

/** More than a style has. */
const MAX_FILES = 100;

function manifestKey(id: string): string {
  return `${MANIFESTS}${id}.json`;
}

function idOf(key: string): string {
  return key.slice(MANIFESTS.length, -'.json'.length);
}

/** Other weights under the same id lie elsewhere: who still reads the ones finds no part of the others. */
function filesOf({ id, digest }: StyleManifest): string {
  return `${FILES}${id}/${digest}/`;
}

function parsed(id: string, bytes: Uint8Array): LearnedRecord {
  try {
    return fromJson(recordSchema)(bytes);
  } catch (cause) {
    throw new CatalogError(`Expected a style at ${manifestKey(id)}: ${reasonOf(cause)}`, { cause });
  }
}

/** A list goes without what cannot be read. */
function withoutDamaged(error: unknown): undefined {
  if (!(error instanceof CatalogError)) throw error;
}
