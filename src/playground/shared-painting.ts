/** What a link to the page is to: a painting at a signed URL of this service, or one that this service keeps. */

/** Made of a photograph and settings, which are in the URL. */
export interface SharedPainting {
  /** The photograph's address. */
  readonly source: URL;
  /** The part of a link after `#`. */
  readonly fragment: string;
}

/** Undefined where the page's address, of which `search` is the query, has none. */
export function sharedPainting(search: string): SharedPainting | undefined {
  const [, options = '', source = ''] = SIGNED.exec(linkedPath(search)) ?? [];
  const address = textOf(source);
  if (!/^https?:/.test(address) || !URL.canParse(address)) return undefined;
  return {
    source: new URL(address),
    fragment: options === '-' ? '' : options.replaceAll(';', '&'),
  };
}

/** Where the painting is kept that the link is to. */
export function storedPainting(search: string): string | undefined {
  const path = linkedPath(search);
  return STORED.test(path) ? path : undefined;
}

/** Whether the link is to a painting, and to none that there could be. */
export function isBrokenLink(search: string): boolean {
  const isNone = sharedPainting(search) === undefined && storedPainting(search) === undefined;
  return linkedPath(search) !== '' && isNone;
}

/** The address tells of the link no longer, once something else is shown. */
export function leaveLink(): void {
  history.replaceState(null, '', location.pathname + location.hash);
}

function linkedPath(search: string): string {
  return new URLSearchParams(search).get('painting') ?? '';
}

const STORED = /^\/v1\/blobs\/[\w./-]+\?[\w=&-]+$/;

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
