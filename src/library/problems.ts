/** Whatever fails inside, as the one error that the package throws. */

import { ConfigError } from '../config/config.ts';
import { ProblemError, type ProblemType, problemTypes, reasonOf } from '../errors.ts';
import { CatalogError } from '../styles/style-files.ts';
import { ImpastoError } from './public.ts';

export function impastoError(error: unknown): ImpastoError {
  if (error instanceof ImpastoError) return error;
  const type = typeOf(error);
  const { title } = problemTypes[type];
  const detail = reasonOf(error);
  const errors = error instanceof ProblemError ? error.errors : undefined;
  return new ImpastoError({ type, title, detail, errors }, { cause: error });
}

function typeOf(error: unknown): ProblemType {
  if (error instanceof ProblemError) return error.type;
  if (error instanceof ConfigError) return 'invalid-request';
  return error instanceof CatalogError ? 'style-unavailable' : 'internal';
}
