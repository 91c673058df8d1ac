/** Tables of what the service can be told and what it answers, from the code that says so. */

import { configSchema } from '../../src/config/config.ts';
import { problemTypes } from '../../src/errors.ts';

/** One machine, so that defaults read the same wherever the table is made. */
const EXAMPLE = { cores: 2, memoryBytes: 8 * 2 ** 30, modelsDir: 'models', distDir: 'dist' };

export function configurationTable(): string {
  const schema = configSchema(EXAMPLE);
  const rows = Object.entries(schema.shape).map(
    ([name, field]) => `| \`${name}\` | \`${field.parse(undefined)}\` | ${field.description} |`,
  );
  return ['| variable | default (2 cores, 8 GiB) | meaning |', '|---|---|---|', ...rows].join('\n');
}

export function problemTable(): string {
  const rows = Object.entries(problemTypes).map(
    ([type, { status, title }]) => `| \`${type}\` | ${status} | ${title} |`,
  );
  return ['| type | status | title |', '|---|---|---|', ...rows].join('\n');
}
