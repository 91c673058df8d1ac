/** Tables of the hyperparameters, from the tables that the options come from. */

import { flagOf, rangeText } from '../../src/cli/training/hyperparameter-flags.ts';
import type { Hyperparameter, Hyperparameters } from '../../src/training/hyperparameter.ts';

export function hyperparameterTable(table: Hyperparameters): string {
  const rows = Object.entries(table).map(([name, hyperparameter]) => {
    const usual = defaultOf(hyperparameter);
    const cells = [
      `\`${flagOf(name)}\``,
      usual === '' ? '' : `\`${usual}\``,
      valuesOf(hyperparameter),
      hyperparameter.description,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| option | default | values | what it is |', '|---|---|---|---|', ...rows].join('\n');
}

function defaultOf(hyperparameter: Hyperparameter): string {
  switch (hyperparameter.kind) {
    case 'range':
      return rangeText(hyperparameter.default);
    case 'weights':
      return Object.entries(hyperparameter.default)
        .map(([name, weight]) => `${name}:${weight}`)
        .join();
    case 'flag':
      return hyperparameter.default ? 'on' : '';
    default:
      return String(hyperparameter.default ?? '');
  }
}

function valuesOf(hyperparameter: Hyperparameter): string {
  switch (hyperparameter.kind) {
    case 'choice':
      return hyperparameter.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'weights':
      return hyperparameter.names.join(', ');
    case 'flag':
      return '';
    default: {
      const { minimum, maximum, whole, unit } = hyperparameter;
      const counted = unit === undefined ? '' : ` ${unit}`;
      return `${whole ? 'whole, ' : ''}${minimum} to ${maximum}${counted}`;
    }
  }
}
