/** What is made once for each key, for as long as it is among those that were asked for last. */

/** At most so many are kept; what is forgotten is made anew when it is asked for again. */
export function recent<T>(make: (key: string) => T, most: number): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    const value = kept.has(key) ? (kept.get(key) as T) : make(key);
    kept.delete(key);
    kept.set(key, value);
    if (kept.size > most) kept.delete(kept.keys().next().value ?? '');
    return value;
  };
}
