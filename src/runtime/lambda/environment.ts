/** The configuration of a Lambda function. */

import { fileURLToPath } from 'node:url';
import { type Config, loadConfig } from '../../config/config.ts';
import { thisMachine } from '../../host/machine.ts';

/** The environment's settings; the package has its models beside the functions. */
export function lambdaConfig(
  environment: Readonly<Record<string, string | undefined>>,
  functionUrl: string,
): Config {
  const folder = (path: string) => fileURLToPath(new URL(path, functionUrl));
  return loadConfig(environment, {
    ...thisMachine(),
    modelsDir: folder('./models'),
    distDir: folder('.'),
  });
}
