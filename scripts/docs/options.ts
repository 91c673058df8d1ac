/** The table of what a stylization can be told, from the options themselves. */

import { defaultOf, type Option, type Options } from '../../src/options/option.ts';
import { STYLIZATION_OPTIONS } from '../../src/options/stylization.ts';

export function optionsTable(): string {
  const options: Options = STYLIZATION_OPTIONS;
  const rows = Object.entries(options).map(
    ([name, option]) =>
      `| \`${name}\` | ${valuesOf(option)} | ${usual(option)} | ${option.description} |`,
  );
  return ['| option | values | default | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function valuesOf(option: Option): string {
  switch (option.kind) {
    case 'number':
      return option.unit ?? `${option.minimum} to ${option.maximum}`;
    case 'switch':
      return '`true`, `false`';
    case 'choice':
      return option.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'mix':
      return 'a style, or a mix of up to 8: `a:0.6,b:0.4` (`a,b` means equal parts)';
  }
}

function usual(option: Option): string {
  const value = defaultOf(option);
  if (value === undefined) return option.absent ?? '';
  return typeof value === 'number' ? String(value) : `\`${value}\``;
}
