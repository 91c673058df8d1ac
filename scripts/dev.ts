/**
 * `npm run dev`: bundles the service and the page into build/dev, and again whenever one of their
 * files changes. The server is started anew after every bundle of the service; the page is read from
 * disk at every request. The environment is that of `npm start`.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context, type Plugin } from 'esbuild';
import { ASSETS_FOLDER } from '../src/http/routes/playground.ts';
import { copyPackages, pageBundle } from './assets.ts';
import { restartedProcess } from './dev/restarted-process.ts';
import { serviceBundle } from './service.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'build/dev');
const assets = join(target, ASSETS_FOLDER);

const server = restartedProcess(join(target, 'server.js'), {
  MODELS_DIR: join(root, 'models'),
  ...process.env,
  DIST_DIR: target,
});

const restartServer: Plugin = {
  name: 'restart-server',
  setup(build) {
    build.onEnd(({ errors }) => {
      if (errors.length === 0) server.restart();
    });
  },
};

await rm(target, { recursive: true, force: true });
await copyPackages(root, assets);
const page = await context({
  ...(await pageBundle(root, assets)),
  minify: false,
  sourcemap: 'inline',
});
// One file an entry: names of shared parts would change with every bundle, and old ones stay.
const service = await context({
  ...serviceBundle(root, target),
  splitting: false,
  plugins: [restartServer],
});
await page.watch();
await service.watch();

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await Promise.all([page.dispose(), service.dispose()]);
    await server.stop();
  });
}
