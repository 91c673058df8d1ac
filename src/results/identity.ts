/** What a painting follows from, beside the photograph and the options: the program, its engine, the weights. */

import type { StyleMix } from '../network/mix.ts';
import type { Repertoire } from '../styles/repertoire.ts';
import type { Sessions } from '../styles/sessions.ts';
import { PICTURE_VERSION } from '../stylization/version.ts';

/** Texts that differ where the same request would give other bytes. Rejects with a `style-not-found` problem. */
export type Identity = (style: StyleMix) => Promise<readonly string[]>;

export interface IdentityParts {
  readonly repertoire: Pick<Repertoire, 'resolve'>;
  readonly sessions: Pick<Sessions, 'precision'>;
  /** Which runtime it is, and what else of the settings shows in paintings. */
  readonly engine: string;
}

export function identityOf({ repertoire, sessions, engine }: IdentityParts): Identity {
  return async (style) => {
    const digests = (await repertoire.resolve(style)).map(({ digest }) => digest);
    return [PICTURE_VERSION, engine, await sessions.precision(style), ...digests];
  };
}
