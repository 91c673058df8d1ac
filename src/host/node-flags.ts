/** Flags of Node for threads and processes, which run files. */

/**
 * What they inherit, unless this process runs a text with `--input-type`: Node refuses that flag beside a file, and so
 * they get none.
 */
export function nodeFlags(): { readonly execArgv?: string[] } {
  const isText = process.execArgv.some((flag) => flag.startsWith('--input-type'));
  return isText ? { execArgv: [] } : {};
}
