/** The picture that a request brings beside its photograph, to be painted like. */

import { z } from '@hono/zod-openapi';
import { invalidField, ProblemError, type ProblemType } from '../errors.ts';
import { parseStyleMix, type StyleMix } from '../network/mix.ts';
import type { Services } from '../services/services.ts';
import { type ImageReference, imageReference } from '../sources/image-source.ts';
import { PICTURE_STYLE } from '../stylization/pictured-styles.ts';
import type { PredictionContext } from '../stylization/predictions.ts';
import type { ReceivedBody } from './body.ts';
import { expected } from './expectations.ts';
import { fileSchema } from './schemas.ts';
import { parseFields } from './validation.ts';
import { checkReachable, styleOf } from './wishes.ts';

export const STYLE_IMAGE = 'style_image';

const SAID =
  'A picture to paint like, at once: any painting, fabric or drawing. In a mix, `image` stands for it: ' +
  '`style=image:0.7,great-wave:0.3`.';

const pictureText = z.string({ error: expected('a data URL, an http(s) URL or an upload') });

/** The field in a form, and in JSON and queries. */
export const styleImageFields = {
  file: { [STYLE_IMAGE]: fileSchema.optional().openapi({ description: SAID }) },
  text: { [STYLE_IMAGE]: pictureText.optional().openapi({ description: SAID }) },
};

/** What styles of pictures are read with. */
export type PictureReading = Pick<
  Services,
  'defaultMix' | 'checkAddress' | 'images' | 'picturedStyles'
>;

/** For whom, and within what, the picture is read. */
export interface PictureTurn extends PredictionContext, Partial<Pick<ReceivedBody, 'lease'>> {}

/**
 * The mix that is asked for. `picture` is the field as it was given: bytes, text, or nothing. Throws problems, which say that they
 * are about this picture.
 */
export async function mixOf(
  text: string | undefined,
  picture: unknown,
  reading: PictureReading,
  turn: PictureTurn,
): Promise<StyleMix> {
  const reference = referenceOf(picture);
  if (reference === undefined) return styleOf(text, reading);
  const { parts } = mixWithPicture(text ?? PICTURE_STYLE, reading);
  const id = await aboutStyleImage(async () => {
    checkReachable(reference, reading);
    const file = await reading.images.read(reference, turn.signal, turn.lease);
    return reading.picturedStyles.styleOf(file, turn);
  });
  const named = parts.map(
    ({ style, weight }) => `${style === PICTURE_STYLE ? id : style}:${weight}`,
  );
  return parseStyleMix(named.join(','));
}

function referenceOf(picture: unknown): ImageReference | undefined {
  if (picture === undefined || picture === null || picture === '') return undefined;
  if (picture instanceof Uint8Array) return { bytes: picture };
  const text = parseFields(pictureText, picture, [STYLE_IMAGE]);
  return imageReference(text, STYLE_IMAGE);
}

/** Throws an `invalid-request` problem. */
function mixWithPicture(text: string, reading: PictureReading): StyleMix {
  const mix = styleOf(text, reading);
  if (mix.parts.some(({ style }) => style === PICTURE_STYLE)) return mix;
  const wanted = `a mix with "${PICTURE_STYLE}" in it, which stands for ${STYLE_IMAGE}`;
  throw invalidField('/style', expected(wanted)({ input: text }));
}

/** Problems that do not say which file they are about. */
const OF_A_FILE: ReadonlySet<ProblemType> = new Set([
  'unsupported-media-type',
  'image-unreadable',
  'image-too-large',
]);

async function aboutStyleImage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { type, message, errors, retryAfterSeconds, headers } = error;
    const detail = OF_A_FILE.has(type) ? `${STYLE_IMAGE}: ${message}` : message;
    throw new ProblemError(type, detail, {
      cause: error,
      ...(errors && { errors: errors.map((one) => ({ ...one, pointer: `/${STYLE_IMAGE}` })) }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(headers && { headers }),
    });
  }
}
