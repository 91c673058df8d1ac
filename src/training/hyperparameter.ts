/**
 * What a hyperparameter is, as plain data: options of the command line, schemas and documentation
 * all follow from the same tables.
 */

import type { Range } from './schedule.ts';

interface Described {
  readonly description: string;
  /** Whether the card of a style says what the value was; of a range, its end. */
  readonly recorded?: true;
}

interface Bounded extends Described {
  /** What the number counts; absent where it is a number alone. */
  readonly unit?: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether only whole numbers are meant. */
  readonly whole?: true;
}

export interface NumberHyperparameter extends Bounded {
  readonly kind: 'number';
  /** Absent where the technique is off unless a number is given. */
  readonly default?: number;
}

/** A number that may move from the first step to the last. */
export interface RangeHyperparameter extends Bounded {
  readonly kind: 'range';
  readonly default: Range;
}

export interface ChoiceHyperparameter extends Described {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default: string;
}

export interface FlagHyperparameter extends Described {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** Numbers by name; a name that is not given keeps its default. */
export interface WeightsHyperparameter extends Described {
  readonly kind: 'weights';
  readonly names: readonly string[];
  readonly default: Readonly<Record<string, number>>;
}

export type Hyperparameter =
  | NumberHyperparameter
  | RangeHyperparameter
  | ChoiceHyperparameter
  | FlagHyperparameter
  | WeightsHyperparameter;

/** By name, in the order in which they are shown. */
export type Hyperparameters = Readonly<Record<string, Hyperparameter>>;

type WeightsOf<Name extends string, Default> = Readonly<Partial<Record<Name, number>>> & {
  readonly [Key in keyof Default]: number;
};

type ValueOf<One extends Hyperparameter> = One extends { kind: 'number' }
  ? One extends { default: number }
    ? number
    : number | undefined
  : One extends { kind: 'range' }
    ? Range
    : One extends { kind: 'choice'; choices: readonly (infer Choice)[] }
      ? Choice
      : One extends { kind: 'flag' }
        ? boolean
        : One extends { names: readonly (infer Name extends string)[]; default: infer Default }
          ? WeightsOf<Name, Default>
          : never;

/** A value for each hyperparameter of a table. */
export type ValuesOf<Table extends Hyperparameters> = {
  readonly [Name in keyof Table]: ValueOf<Table[Name]>;
};

/** Some of them; what is undefined is not given. */
export type GivenValues<Table extends Hyperparameters> = {
  readonly [Name in keyof Table]?:
    | (Table[Name] extends { kind: 'weights' }
        ? Partial<ValueOf<Table[Name]>>
        : ValueOf<Table[Name]>)
    | undefined;
};

type RecordedOf<Table extends Hyperparameters> = {
  readonly [Name in keyof Table as Table[Name] extends { recorded: true } ? Name : never]: number;
};

/** What is given, and defaults for the rest. */
export function withDefaults<Table extends Hyperparameters>(
  table: Table,
  given: GivenValues<Table> = {},
): ValuesOf<Table> {
  const values = Object.entries(table).map(([name, { kind, default: usual }]) => [
    name,
    kind === 'weights' ? { ...usual, ...(given[name] as object) } : (given[name] ?? usual),
  ]);
  return Object.fromEntries(values) as ValuesOf<Table>;
}

/** The values that a style's card says; of ranges, where they end. */
export function recordedValues<Table extends Hyperparameters>(
  table: Table,
  values: ValuesOf<Table>,
): RecordedOf<Table> {
  const recorded = Object.keys(table)
    .filter((name) => table[name]!.recorded === true)
    .map((name) => {
      const value = values[name] as number | Range;
      return [name, typeof value === 'number' ? value : value.to];
    });
  return Object.fromEntries(recorded) as RecordedOf<Table>;
}

/** A value that does not go together with others; `wanted` is how the sentence about it ends. */
export class HyperparameterError extends Error {
  override readonly name = 'HyperparameterError';
  readonly hyperparameter: string;
  readonly wanted: string;

  constructor(hyperparameter: string, wanted: string) {
    super(`Expected a value of ${hyperparameter} ${wanted}.`);
    this.hyperparameter = hyperparameter;
    this.wanted = wanted;
  }
}
