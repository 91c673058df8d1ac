/** A style that was told from its picture at once: files like those of any other. */

import type { Weights } from '../network/weights.ts';
import { manifestFiles, type StyleDescription, storedNetwork } from './import.ts';
import { MANIFEST_FILE, type StyleManifest, styleManifestSchema } from './manifest.ts';
import type { FurtherStyles } from './repertoire.ts';
import { folderless, styleReaders } from './style-files.ts';

export interface InstantStyle {
  readonly style: StyleManifest;
  /** All but its manifest. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The weights as they are read from the files. */
  readonly stored: Weights;
}

export function instantStyle(weights: Weights, description: StyleDescription): InstantStyle {
  const { files, stored, ...network } = storedNetwork(weights);
  const style = styleManifestSchema.parse({ ...description, ...network, instant: true });
  const { [MANIFEST_FILE]: _, ...pages } = manifestFiles(style);
  const all = Object.entries({ ...files, ...pages }).map(([name, content]) => [
    name,
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  ]);
  return { style, files: Object.fromEntries(all), stored };
}

/** Styles that nothing is kept of but in memory. */
export function stylesInMemory(styles: readonly Omit<InstantStyle, 'stored'>[]): FurtherStyles {
  const byDigest = new Map(styles.map(({ style, files }) => [style.digest, files]));
  return {
    ...styleReaders(({ digest }) => folderless(byDigest.get(digest) ?? {})),
    find: async (id) => styles.find(({ style }) => style.id === id)?.style,
    all: async () => styles.map(({ style }) => style),
  };
}
