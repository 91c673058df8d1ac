/**
 * What a caller may set, as data. Schemas of the API, readers of forms and queries, records of jobs, flags of
 * the command line, controls of the page and tables of the documentation are derived from it.
 */

interface Common {
  /** A sentence or two for the documentation of the API. */
  readonly description: string;
  readonly example?: string;
  /** What happens where it is not given and has no default. */
  readonly absent?: string;
  /** The same, where `--help` says it in other words. */
  readonly absentFlag?: string;
  /** Shown beside the control of the page; without it, the page has none. */
  readonly label?: string;
  /** What `--help` says; without it, the command line has no such flag. */
  readonly help?: string;
  /** Letter of the flag, such as `s` for `-s`. */
  readonly shortFlag?: string;
  /** Whether records hold it also at its default. */
  readonly isAlwaysRecorded?: boolean;
}

export interface NumberOption extends Common {
  readonly kind: 'number';
  readonly minimum: number;
  readonly maximum: number;
  readonly isWhole?: boolean;
  readonly unit?: 'pixels';
  readonly default?: number;
}

export interface SwitchOption extends Common {
  readonly kind: 'switch';
  readonly default: false;
}

export interface ChoiceOption extends Common {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default: string;
}

/** A style, or styles with weights. */
export interface MixOption extends Common {
  readonly kind: 'mix';
}

export type Option = NumberOption | SwitchOption | ChoiceOption | MixOption;

/** By the names that the API gives them, in snake_case. */
export type Options = Readonly<Record<string, Option>>;

/** `stroke_size` -> `strokeSize`. */
type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

type ValueOf<O extends Option> = O extends NumberOption
  ? O extends { readonly default: number }
    ? number
    : number | undefined
  : O extends SwitchOption
    ? boolean
    : O extends ChoiceOption
      ? O['choices'][number]
      : string | undefined;

/** Values of options by their names in code. */
export type ValuesOf<T extends Options> = {
  readonly [Name in keyof T & string as CamelCase<Name>]: ValueOf<T[Name]>;
};

export function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** What an option is where nobody has set it; undefined where it has no default. */
export function defaultOf(option: Option): number | boolean | string | undefined {
  return 'default' in option ? option.default : undefined;
}

/** All options as nobody has set them. */
export function defaultsOf<T extends Options>(options: T): ValuesOf<T> {
  return valuesOf(options, (_, option) => defaultOf(option));
}

/** The values that `value` gives for each option; whether they are of its kind is for it to see to. */
export function valuesOf<T extends Options>(
  options: T,
  value: (name: string, option: Option) => unknown,
): ValuesOf<T> {
  return inCode(options, value) as ValuesOf<T>;
}

/** Anything about each option, by the names of code. */
export function inCode<T>(
  options: Options,
  about: (name: string, option: Option) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [camelCase(name), about(name, option)]),
  );
}
