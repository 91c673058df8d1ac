/** Hyperparameters as options: every table of them, in the same way. */

import { type Command, Option } from 'commander';
import {
  type Hyperparameter,
  HyperparameterError,
  type Hyperparameters,
} from '../../training/hyperparameter.ts';
import type { Range } from '../../training/schedule.ts';
import { between, rangeBetween, weightsOf } from '../arguments.ts';
import { UsageError } from '../outputs.ts';

/** One option each; weights are left as they are given, without their defaults. */
export function withHyperparameters(command: Command, table: Hyperparameters): Command {
  for (const [name, hyperparameter] of Object.entries(table)) {
    command.addOption(optionFor(flagOf(name), hyperparameter));
  }
  return command;
}

/** `contentWeight` -> `--content-weight`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Says of an option what training says of a hyperparameter; other errors stay as they are. */
export function asUsageError(error: unknown): never {
  if (!(error instanceof HyperparameterError)) throw error;
  const { hyperparameter, wanted } = error;
  throw new UsageError(`Expected a value of ${flagOf(hyperparameter)} ${wanted}.`);
}

function optionFor(flag: string, hyperparameter: Hyperparameter): Option {
  const { description } = hyperparameter;
  const option = (value: string) => new Option(`${flag} <${value}>`, description);
  switch (hyperparameter.kind) {
    case 'flag':
      return new Option(flag, description).default(hyperparameter.default);
    case 'choice':
      return option('name').choices(hyperparameter.choices).default(hyperparameter.default);
    case 'weights':
      return option('list').argParser(weightsOf(hyperparameter.names));
    case 'range': {
      const { unit = 'number', minimum, maximum, whole, default: usual } = hyperparameter;
      const read = rangeBetween(minimum, maximum, whole);
      return option(unit).argParser(read).default(usual, rangeText(usual));
    }
    case 'number': {
      const { unit = 'number', minimum, maximum, whole, default: usual } = hyperparameter;
      return option(unit)
        .argParser(between(minimum, maximum, whole))
        .default(usual);
    }
  }
}

/** As the option reads it, such as `96..224`. */
export function rangeText({ from, to }: Range): string {
  return from === to ? String(from) : `${from}..${to}`;
}
