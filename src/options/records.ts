/** Values of options as records keep them and as answers repeat them. */

import { camelCase, defaultOf, type Options, type ValuesOf, valuesOf } from './option.ts';

/** By the names of code; what is at its default is left out, unless the option is always recorded. */
export function toRecord<T extends Options>(options: T, values: ValuesOf<T>): Partial<ValuesOf<T>> {
  const given: Readonly<Record<string, unknown>> = values;
  const kept = Object.entries(options).filter(
    ([name, option]) => option.isAlwaysRecorded || given[camelCase(name)] !== defaultOf(option),
  );
  return Object.fromEntries(
    kept.map(([name]) => [camelCase(name), given[camelCase(name)]]),
  ) as Partial<ValuesOf<T>>;
}

/** The inverse of {@link toRecord}. */
export function fromRecord<T extends Options>(
  options: T,
  record: Readonly<Record<string, unknown>>,
): ValuesOf<T> {
  return valuesOf(options, (name, option) => record[camelCase(name)] ?? defaultOf(option));
}

/** By the names of the API; null for what has no value. */
export function toAnswer<T extends Options>(
  options: T,
  record: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = fromRecord(options, record);
  return Object.fromEntries(
    Object.keys(options).map((name) => [name, values[camelCase(name)] ?? null]),
  );
}
