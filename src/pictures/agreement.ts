/** What several parts of a frame say of the whole of it. */

/** The middle one of values in order, the upper of two; undefined where there are none. */
export function middleOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** The middle value, if at least that share of them are as near to it as `toleranceOf` allows. */
export function agreedMiddle(
  values: readonly number[],
  share: number,
  toleranceOf: (middle: number) => number,
): number | undefined {
  const middle = middleOf(values);
  if (middle === undefined) return undefined;
  const tolerance = toleranceOf(middle);
  const isNear = (value: number) => Math.abs(value - middle) <= tolerance;
  return shareOf(values, isNear) >= share ? middle : undefined;
}

export function shareOf(values: readonly number[], isSo: (value: number) => boolean): number {
  return values.filter(isSo).length / values.length;
}
