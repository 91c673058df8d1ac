/** A request for a style that is told from its picture at once, and for training it later. */

import type { Context } from 'hono';
import { ProblemError } from '../errors.ts';
import { sha256Hex } from '../host/digest.ts';
import type { Services } from '../services/services.ts';
import { instantStyle } from '../styles/instant-style.ts';
import { PREVIEW_FILE, type StyleManifest } from '../styles/manifest.ts';
import type { ReceivedBody } from './body.ts';
import { callerOf } from './caller.ts';
import { checkFree, type TrainingWish } from './training-request.ts';

/** The picture itself is kept with the style, for a training later. */
const PICTURE_FILE = 'picture';

/** When it resolves, the style is there. The same request again gets the same one. Throws problems. */
export async function keepInstantStyle(
  c: Context,
  services: Services,
  { image, style: description }: TrainingWish,
  { signal, deadline, lease }: ReceivedBody,
): Promise<StyleManifest> {
  const { config, images, learned, predictions, previewOf } = services;
  const file = await images.read(image, signal, lease);
  const digest = (await predictions.digest()) ?? '';
  const origin = `picture ${sha256Hex(digest, JSON.stringify(description), file)}`;
  await checkFree(description.id, origin, services);
  const waiter = { caller: callerOf(c, config), deadline };
  const weights = await predictions.predict(file, { signal, waiter });
  const { style, files, stored } = instantStyle(weights, description);
  const preview = await previewOf(stored);
  const kept = { ...files, [PREVIEW_FILE]: preview, [PICTURE_FILE]: file };
  await learned.keep(style, kept, origin);
  return style;
}

/** What training an instant style takes. Throws `style-not-found` or `conflict` problems. */
export async function refinementOf(
  id: string,
  { learned, repertoire }: Services,
): Promise<Pick<TrainingWish, 'image' | 'style' | 'replaced'>> {
  const style = await repertoire.get(id);
  if (!style.instant || (await learned.find(id)) === undefined) {
    throw new ProblemError('conflict', `The style ${id} was learned by training already.`);
  }
  const { title, artist, year, rights, digest } = style;
  return {
    image: { key: learned.keyOf(style, PICTURE_FILE) },
    style: { id, title, artist, year, rights },
    replaced: digest,
  };
}
