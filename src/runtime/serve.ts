/** From environment variables to a running server that ends well on SIGINT and SIGTERM. */

import { type HostDefaults, loadConfig } from '../config/config.ts';
import { thisMachine } from '../host/machine.ts';
import { checkPlaces } from '../services/job-services.ts';
import { createServices } from '../services/services.ts';
import { startServer } from './server.ts';

/** Resolves when the server listens; the process ends by itself after it was told to stop. */
export async function serve(
  environment: Readonly<Record<string, string | undefined>>,
  folders: Pick<HostDefaults, 'modelsDir' | 'distDir'>,
): Promise<void> {
  const config = loadConfig(environment, { ...folders, ...thisMachine() });
  const services = await createServices(config);
  const running = await checkPlaces(services)
    .then(() => startServer(services))
    .catch(async (cause: unknown) => {
      await services.close();
      throw cause;
    });
  running.ready.catch(async (err: unknown) => {
    services.log.error({ err }, 'a style could not be loaded');
    process.exitCode = 1;
    await running.stop();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void running.stop());
  }
}
