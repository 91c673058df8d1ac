/** Work that is done once for all who need it. */

/**
 * The same promise for all calls of one key, one key for all where `keyOf` is absent. A promise that
 * is rejected is forgotten: the next call tries again.
 */
export function memoized<Given extends readonly unknown[], T>(
  make: (...given: Given) => Promise<T>,
  keyOf: (...given: Given) => unknown = () => undefined,
): (...given: Given) => Promise<T> {
  const made = new Map<unknown, Promise<T>>();
  return (...given) => {
    const key = keyOf(...given);
    const known = made.get(key);
    if (known) return known;
    const making = make(...given);
    made.set(key, making);
    making.catch(() => made.delete(key));
    return making;
  };
}
