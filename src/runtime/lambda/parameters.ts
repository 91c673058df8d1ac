/** Settings that are not in a function's environment but in SSM Parameter Store, such as secrets. */

import { ConfigError } from '../../config/config.ts';
import { reasonOf } from '../../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting of this form is the name of a parameter that holds it. */
const REFERENCE = /^ssm:(.+)$/s;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const MAX_NAMES = 10;

/**
 * The environment with `ssm:<name>` replaced by that parameter's value, decrypted. Throws a
 * {@link ConfigError} that names the settings whose parameters are not there or cannot be read.
 */
export async function withParameters(environment: Environment): Promise<Environment> {
  const references = Object.entries(environment).flatMap(([setting, value]) => {
    const name = REFERENCE.exec(value?.trim() ?? '')?.[1];
    return name === undefined ? [] : [{ setting, name }];
  });
  if (references.length === 0) return environment;
  const names = [...new Set(references.map(({ name }) => name))];
  const values = await readParameters(names).catch((cause: unknown) => {
    const settings = references.map(({ setting }) => setting).join(', ');
    const message = reasonOf(cause);
    throw new ConfigError(`${settings}: ${names.join(', ')} cannot be read from SSM: ${message}`, {
      cause,
    });
  });
  const missing = references.filter(({ name }) => !values.has(name));
  if (missing.length > 0) {
    const lines = missing.map(
      ({ setting, name }) => `${setting}: Expected an SSM parameter ${name}`,
    );
    throw new ConfigError(lines.join('\n'));
  }
  const read = references.map(({ setting, name }) => [setting, values.get(name)] as const);
  return { ...environment, ...Object.fromEntries(read) };
}

/** Values by name; the library is loaded where there is something to read. */
async function readParameters(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { GetParametersCommand, SSMClient } = await import('@aws-sdk/client-ssm');
  const client = new SSMClient();
  const pages = Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, i) =>
    names.slice(i * MAX_NAMES, (i + 1) * MAX_NAMES),
  );
  try {
    const answers = await Promise.all(
      pages.map((page) =>
        client.send(new GetParametersCommand({ Names: page, WithDecryption: true })),
      ),
    );
    const parameters = answers.flatMap(({ Parameters = [] }) => Parameters);
    return new Map(parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
  } finally {
    client.destroy();
  }
}
