/** One sentence shape for everything that is not as it should be: what was expected, where, what came. */

export type Path = readonly PropertyKey[];

/** Characters of a caller's text that an answer repeats. */
const MAX_SHOWN_CHARACTERS = 60;

/** The message of a schema whose value is not what `phrase` says. */
export function expected(phrase: string) {
  return (issue: { readonly path?: Path | undefined; readonly input?: unknown }): string =>
    `Expected ${phrase}${fieldName(issue.path)}, got ${shown(issue.input)}.`;
}

function fieldName(path: Path | undefined): string {
  return path && path.length > 0 ? ` for ${path.join('.')}` : '';
}

export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

export function shortened(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}

/** JSON pointer, RFC 6901. */
export function pointer(path: Path): string {
  return path
    .map((key) => `/${shortened(String(key)).replace(/~/g, '~0').replace(/\//g, '~1')}`)
    .join('');
}
