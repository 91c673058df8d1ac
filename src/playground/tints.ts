/** What a style's paintings look like from afar: in the place of a preview until that is there. */

/** By style, for those that the page comes with; the build puts them in. */
declare const TINTS: Readonly<Record<string, string>>;

/** An address that holds the picture. Undefined for styles that came later. */
export function tintUrl(style: string): string | undefined {
  return TINTS[style];
}
