/** Values of callers, held against schemas. */

import { z } from '@hono/zod-openapi';
import { type FieldError, ProblemError } from '../errors.ts';
import { pointer, shown } from './expectations.ts';

/** Bad fields that one answer lists. */
const MAX_ERRORS = 20;

/** Validates what lies at a place; throws an `invalid-request` problem that lists every field that is not as expected. */
export function parseFields<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: readonly string[] = [],
): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const errors = result.error.issues
    .slice(0, MAX_ERRORS)
    .flatMap((issue) => fieldErrors({ ...issue, path: [...place, ...issue.path] }, schema))
    .slice(0, MAX_ERRORS);
  throw new ProblemError('invalid-request', errors.map(({ detail }) => detail).join(' '), {
    errors,
  });
}

function fieldErrors(issue: z.core.$ZodIssue, schema: z.ZodType): FieldError[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: pointer(issue.path), detail: issue.message }];
  }
  const known =
    schema instanceof z.ZodObject ? Object.keys(schema.shape).join(', ') : 'known fields';
  return issue.keys.slice(0, MAX_ERRORS).map((key) => ({
    pointer: pointer([...issue.path, key]),
    detail: `Expected only ${known}, got ${shown(key)}.`,
  }));
}
