/** Where a painting is kept: a digest of all that its bytes follow from, and of whose it is. */

import { sha256Hex } from '../host/digest.ts';
import { qualityShows } from '../images/encode.ts';
import { toRecord } from '../options/records.ts';
import { PAINTING_OPTIONS } from '../options/stylization.ts';
import type { OutputFormat } from '../pictures/formats.ts';
import type { StylizeOptions } from '../stylization/options.ts';
import type { Identity } from './identity.ts';

export interface Asked {
  /** Of the photograph's bytes: {@link digestOf}. */
  readonly digest: string;
  readonly options: StylizeOptions;
  /** Formats the caller takes, best first. */
  readonly formats: readonly OutputFormat[];
  /** What is kept for one tenant is not there for another. */
  readonly tenant: string;
}

/** The same for options that are left out and options spelled at their defaults. Rejects like {@link Identity}. */
export async function addressOf(asked: Asked, identity: Identity): Promise<string> {
  const { digest, options, formats, tenant } = asked;
  const parts = [...(await identity(options.style)), settledOptions(options, formats)];
  return digestOf(JSON.stringify([tenant, digest, formats, ...parts]));
}

/** SHA-256 in hex. */
export function digestOf(content: string | Uint8Array): string {
  return sha256Hex(content);
}

function settledOptions({ style, ...options }: StylizeOptions, formats: readonly OutputFormat[]) {
  const quality = qualityShows(options.quality, formats) ? options.quality : undefined;
  return { style: style.name, ...toRecord(PAINTING_OPTIONS, { ...options, quality }) };
}
