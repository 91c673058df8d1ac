/** build/deployment.cjs, which the templates for AWS read: osls knows CommonJS only. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({
  entryPoints: [join(root, 'deploy/deployment.ts')],
  outfile: join(root, 'build/deployment.cjs'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  logLevel: 'warning',
});
