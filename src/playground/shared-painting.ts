/** A link to a painting at a signed URL of this service: its photograph and its settings are in that URL. */

export interface SharedPainting {
  /** The photograph's address. */
  readonly source: URL;
  /** The part of a link after `#`. */
  readonly fragment: string;
}

/** Undefined where the page's address, of which `search` is the query, has none. */
export function sharedPainting(search: string): SharedPainting | undefined {
  const path = new URLSearchParams(search).get('painting') ?? '';
  const [, options = '', source = ''] = SIGNED.exec(path) ?? [];
  const address = textOf(source);
  if (!/^https?:/.test(address) || !URL.canParse(address)) return undefined;
  return {
    source: new URL(address),
    fragment: options === '-' ? '' : options.replaceAll(';', '&'),
  };
}

const SIGNED = /^\/v1\/paintings\/[\w-]+\/([^/]+)\/([\w-]+)$/;

/** Empty where it is no base64url. */
function textOf(base64url: string): string {
  try {
    const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
  } catch {
    return '';
  }
}
