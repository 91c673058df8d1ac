/** How entry points are bundled, wherever they are going to run. */

import type { BuildOptions } from 'esbuild';

/** Bundled CommonJS packages ask for Node's own modules with `require`. */
const REQUIRE = [
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url);',
].join('\n');

export const BUNDLE = {
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: { js: REQUIRE },
  logLevel: 'warning',
} satisfies BuildOptions;
