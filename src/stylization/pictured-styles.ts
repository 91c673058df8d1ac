/** The styles of pictures that come with requests: kept for a while, so that whoever paints finds them, and not told again. */

import { sha256Hex } from '../host/digest.ts';
import { instantStyle } from '../styles/instant-style.ts';
import type { LearnedStyles } from '../styles/learned-styles.ts';
import { unlistedId } from '../styles/repertoire.ts';
import type { PredictionContext, Predictions } from './predictions.ts';

/** What stands in a mix for the style of the picture that comes with it. */
export const PICTURE_STYLE = 'image';

export interface PicturedStyles {
  /**
   * The id of the picture's style, which is kept by then; the same picture has the same one. Rejects like
   * {@link Predictions.predict}.
   */
  styleOf(file: Uint8Array, context: PredictionContext): Promise<string>;
}

export function picturedStyles(kept: LearnedStyles, predictions: Predictions): PicturedStyles {
  return {
    async styleOf(file, context) {
      const id = unlistedId(sha256Hex((await predictions.digest()) ?? '', file));
      if (await kept.find(id)) return id;
      const weights = await predictions.predict(file, context);
      const { style, files } = instantStyle(weights, { id, ...UNDESCRIBED });
      await kept.keep(style, files, id);
      return id;
    },
  };
}

/** Nobody has said more of it. */
export const UNDESCRIBED = {
  title: 'The picture of a request',
  artist: 'Unknown',
  year: 'undated',
  rights: 'known to who sent it',
};
