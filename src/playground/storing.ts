/** Paintings that the service keeps for a while because the visitor wants others to see them. */

import { answered, send } from './api.ts';
import { reach } from './connection.ts';
import { keyHeaders } from './key.ts';
import { fileFor, type Photo, WORKING_SIDE } from './photo.ts';
import { type Settings, toFragment, toQuery } from './settings.ts';
import type { WireJob, WireLink } from './wire.ts';

export interface StoredPainting {
  readonly id: string;
  /** The page with the painting on it. */
  readonly link: string;
  readonly until: Date;
}

/**
 * Has the painting kept, not larger than the working copy, and not the photograph. Rejects as {@link answered} does.
 */
export async function storePainting(
  photo: Photo,
  settings: Settings,
  signal: AbortSignal,
): Promise<StoredPainting> {
  const maxSize = Math.min(settings.maxSize ?? WORKING_SIDE, WORKING_SIDE);
  const query = toQuery({ ...settings, maxSize });
  query.set('format', 'jpeg');
  const wishes = { accept: 'application/json' };
  const answer = await send('/v1/stylizations', fileFor(photo, maxSize), query, signal, wishes);
  const { id } = (await answer.json()) as WireJob;
  try {
    const { url, expires_at } = await linkTo(id, signal);
    return { id, link: `${url}#${toFragment(settings)}`, until: new Date(expires_at) };
  } catch (error) {
    // What nobody has a link to is not stored for anybody.
    await takeBack({ id }).catch(() => {});
    throw error;
  }
}

async function linkTo(id: string, signal: AbortSignal): Promise<WireLink> {
  const answer = await answered(
    () => fetch(`${pathOf(id)}/links`, { method: 'POST', headers: keyHeaders(), signal }),
    signal,
  );
  return (await answer.json()) as WireLink;
}

/** Nobody sees it any more. Rejects as {@link answered} does. */
export async function takeBack({ id }: Pick<StoredPainting, 'id'>): Promise<void> {
  await answered(() => fetch(pathOf(id), { method: 'DELETE', headers: keyHeaders() }));
}

/** The painting that a link is to; undefined where it is there no longer. No key would help. */
export async function readStored(path: string, signal: AbortSignal): Promise<Blob | undefined> {
  // What was taken back is not shown from the browser's own copy either.
  const answer = await reach(() => fetch(path, { signal, cache: 'no-cache' }), signal);
  return answer.ok ? answer.blob() : undefined;
}

function pathOf(id: string): string {
  return `/v1/stylizations/${id}`;
}
