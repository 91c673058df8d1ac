/** What a visitor has chosen, as query parameters of the API and as a link that restores it. */

import { apportioned, type MixPart } from '../network/mix.ts';
import {
  camelCase,
  defaultsOf,
  type Option,
  type Options,
  type ValuesOf,
  valuesOf,
} from '../options/option.ts';
import { PAINTING_OPTIONS } from '../options/stylization.ts';
import { MAX_PARTS, shares } from './mixing.ts';

export interface Settings extends ValuesOf<typeof PAINTING_OPTIONS> {
  /** One to {@link MAX_PARTS} styles; of their weights, only the shares of the sum count. */
  readonly mix: readonly MixPart[];
}

type Value = number | boolean | string | undefined;

/** As in the API, but for a size that is soon painted and sent. */
export const DEFAULTS: Omit<Settings, 'mix'> = { ...defaultsOf(PAINTING_OPTIONS), maxSize: 1280 };

/** The mix as the API wants it: `great-wave`, or `great-wave:0.6,the-scream:0.4`. */
export function mixText(mix: readonly MixPart[]): string {
  const parts = apportioned(shares(mix)).filter(({ weight }) => weight > 0);
  if (parts.length === 1) return parts[0]!.style;
  return parts.map(({ style, weight }) => `${style}:${weight}`).join(',');
}

/** Query parameters of `POST /v1/stylizations`; what is at the API's default is left out. */
export function toQuery({ mix, ...settings }: Settings) {
  const usual: Readonly<Record<string, Value>> = defaultsOf(PAINTING_OPTIONS);
  const query = new URLSearchParams({ style: mixText(mix) });
  for (const name of Object.keys(PAINTING_OPTIONS)) {
    const value = settingOf(settings, name);
    if (value !== usual[camelCase(name)]) query.set(name, String(value));
  }
  return query;
}

/** The part of a link after `#`. */
export function toFragment(settings: Settings): string {
  return decodeURIComponent(toQuery(settings).toString());
}

/** Settings from a link. What is not there or makes no sense is at its default. */
export function fromFragment(fragment: string, styles: readonly string[], usual: string): Settings {
  const query = new URLSearchParams(fragment.replace(/^#/, ''));
  const known = (query.get('style') ?? '').split(',').flatMap((part) => {
    const [style = '', weight = '1'] = part.split(':');
    const share = within(weight, Number.MIN_VALUE, 1);
    return styles.includes(style) && share ? [{ style, weight: share }] : [];
  });
  const mix = [...new Map(known.map((part) => [part.style, part])).values()].slice(0, MAX_PARTS);
  // A link without a size is one to a painting of the photograph's own.
  const defaults = query.size > 0 ? defaultsOf(PAINTING_OPTIONS) : DEFAULTS;
  return {
    ...valuesOf(
      PAINTING_OPTIONS,
      (name, option) => read(query.get(name), option) ?? settingOf(defaults, name),
    ),
    mix: mix.length > 0 ? mix : [{ style: usual, weight: 1 }],
  };
}

/** Styles that a link asks for and that are not among those there are. */
export function unknownStyles(fragment: string, styles: readonly string[]): string[] {
  const query = new URLSearchParams(fragment.replace(/^#/, ''));
  const named = (query.get('style') ?? '').split(',').map((part) => part.split(':')[0]!);
  return named.filter((style) => style !== '' && !styles.includes(style));
}

/** The value of an option by the API's name for it. */
export function settingOf(values: Omit<Settings, 'mix'>, name: string): Value {
  const all: Readonly<Record<string, Value>> = { ...values };
  return all[camelCase(name)];
}

/** Options with a control of their own, in the order of the table. */
export function controls(): [name: string, option: Option & { readonly label: string }][] {
  const options: Options = PAINTING_OPTIONS;
  return Object.entries(options).flatMap(([name, option]) =>
    option.label === undefined ? [] : [[name, { ...option, label: option.label }]],
  );
}

function read(text: string | null, option: Option): Value {
  switch (option.kind) {
    case 'number':
      return within(text, option.minimum, option.maximum);
    case 'switch':
      return text === null ? undefined : text === 'true';
    case 'choice':
      return option.choices.find((choice) => choice === text);
    case 'mix':
      return text ?? undefined;
  }
}

function within(text: string | null, minimum: number, maximum: number): number | undefined {
  const value = text === null ? Number.NaN : Number(text);
  return value >= minimum && value <= maximum ? value : undefined;
}
