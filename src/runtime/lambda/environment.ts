/** The configuration of a Lambda function. */

import { fileURLToPath } from 'node:url';
import { type Config, loadConfig } from '../../config/config.ts';
import { thisMachine } from '../../host/machine.ts';
import { withParameters } from './parameters.ts';

/**
 * The environment's settings, with those that lie in SSM Parameter Store; the package has its models
 * beside the functions.
 */
export async function lambdaConfig(
  environment: Readonly<Record<string, string | undefined>>,
  functionUrl: string,
): Promise<Config> {
  const folder = (path: string) => fileURLToPath(new URL(path, functionUrl));
  return loadConfig(await withParameters(environment), {
    ...thisMachine(),
    modelsDir: folder('./models'),
    distDir: folder('.'),
  });
}
