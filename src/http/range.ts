/** One range of a blob (RFC 9110, section 14): players of video seek by it. */

export interface ByteRange {
  readonly begin: number;
  /** Not included. */
  readonly end: number;
}

/**
 * The range that a Range header asks for, of so many bytes. Undefined where it is absent, asks for several
 * ranges or is not understood: then the whole is answered. `unsatisfiable` where it begins behind the end.
 */
export function rangeOf(
  header: string | undefined,
  length: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const begin = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
  if (begin >= length) return 'unsatisfiable';
  return end > begin ? { begin, end } : undefined;
}
