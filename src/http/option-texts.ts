/** Options as text, as queries and forms bring them. */

import { invalidField } from '../errors.ts';
import type { Option, Options } from '../options/option.ts';
import { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import { pointer, shortened } from './expectations.ts';
import { deliveryFields } from './option-schemas.ts';

/** A field that is a list comes as one text for each item, or with commas, or both. */
const LIST_FIELD = 'webhook_events_filter';

/** HTML's checkboxes say `on`, Python `True`. */
const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['off', false],
]);
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Numbers, switches and lists are read; the rest is left to the schema. An option without text is one
 * that was not given. `kind` names the fields in problems.
 */
export function fromText(
  fields: readonly (readonly [name: string, text: string])[],
  kind: string,
  options: Options = STYLIZATION_OPTIONS,
): Record<string, unknown> {
  const texts = new Map<string, string[]>();
  for (const [name, text] of fields) {
    const before = texts.get(name);
    if (before) before.push(text.trim());
    else texts.set(name, [text.trim()]);
  }
  const given = [...texts].filter(
    ([name, values]) => !isOption(name, options) || values.some((text) => text !== ''),
  );
  return Object.fromEntries(
    given.map(([name, values]) => [name, fieldValue(name, values, kind, options)]),
  );
}

function isOption(name: string, options: Options): boolean {
  return Object.hasOwn(options, name) || Object.hasOwn(deliveryFields, name);
}

function fieldValue(
  name: string,
  texts: readonly string[],
  kind: string,
  options: Options,
): unknown {
  if (name === LIST_FIELD) return items(texts);
  const [text = '', another] = texts;
  if (another !== undefined) {
    throw invalidField(
      pointer([name]),
      `Expected the ${kind} ${shortened(name)} once, got it again.`,
    );
  }
  return Object.hasOwn(options, name) ? optionValue(options[name]!, text) : text;
}

function items(texts: readonly string[]): string[] {
  const all = texts.flatMap((text) => text.split(',')).map((item) => item.trim());
  return all.filter((item) => item !== '');
}

function optionValue({ kind }: Option, text: string): unknown {
  if (kind === 'switch') return SWITCHES.get(text.toLowerCase()) ?? text;
  return kind === 'number' && NUMBER.test(text) ? Number(text) : text;
}
