/** What a painting follows from, beside the photograph and the options: the program, its engine, the weights. */

import type { StyleMix } from '../network/mix.ts';
import type { Catalog } from '../styles/catalog.ts';
import type { Sessions } from '../styles/sessions.ts';
import { PICTURE_VERSION } from '../stylization/version.ts';

/** Texts that differ where the same request would give other bytes. Rejects with a `style-not-found` problem. */
export type Identity = (style: StyleMix) => Promise<readonly string[]>;

export interface IdentityParts {
  readonly catalog: Pick<Catalog, 'resolve'>;
  readonly sessions: Pick<Sessions, 'precision'>;
  /** Which runtime it is, and what else of the settings shows in paintings. */
  readonly engine: string;
}

export function identityOf({ catalog, sessions, engine }: IdentityParts): Identity {
  return async (style) => {
    const digests = catalog.resolve(style).map(({ digest }) => digest);
    return [PICTURE_VERSION, engine, await sessions.precision(style), ...digests];
  };
}
