/** `impasto sign`: the signed URL of a painting. */

import { type Config, ConfigError } from '../config/config.ts';
import { paintingPath, urlKeysOf } from '../http/painting-url.ts';
import type { StyleMix } from '../network/mix.ts';
import { camelCase, defaultOf, type Options } from '../options/option.ts';
import { STYLIZATION_OPTIONS } from '../options/stylization.ts';
import { UsageError } from './outputs.ts';

/** Options by the names of code; what is at its default stays out of the URL. */
export interface SignFlags extends Readonly<Record<string, unknown>> {
  readonly style?: StyleMix;
  readonly expires?: Date;
}

/** Prints the URL, or its path where PUBLIC_URL does not say what comes before. */
export function signUrl(source: string, flags: SignFlags, config: Config): void {
  const [key] = urlKeysOf(config);
  if (key === undefined) {
    throw new ConfigError('SIGNED_URL_KEYS: Expected a key to sign with, got none.');
  }
  if (!URL.canParse(source) || !/^https?:/i.test(source)) {
    throw new UsageError(`Expected the http(s) URL of a photograph, got "${source}".`);
  }
  const options = [...optionTexts(flags), ...expiry(flags)];
  console.log(config.PUBLIC_URL + paintingPath({ options, source }, key));
}

function optionTexts({ style, ...flags }: SignFlags): [string, string][] {
  const options: Options = STYLIZATION_OPTIONS;
  const given: Readonly<Record<string, unknown>> = { ...flags, style: style?.name };
  return Object.entries(options).flatMap(([name, option]): [string, string][] => {
    const value = given[camelCase(name)];
    return value === undefined || value === defaultOf(option) ? [] : [[name, String(value)]];
  });
}

function expiry({ expires }: SignFlags): [string, string][] {
  if (expires === undefined) return [];
  return [['expires', String(Math.floor(expires.getTime() / 1000))]];
}
