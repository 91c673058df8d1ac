/** Readers of option values; what does not fit is said as commander's InvalidArgumentError. */

import { InvalidArgumentError } from 'commander';
import { isTenant } from '../access/tenants.ts';
import { trunkNetwork } from '../network/layers.ts';
import { smallestSide } from '../network/measures.ts';
import { STYLE_ID } from '../network/mix.ts';
import type { Extent } from '../pictures/picture.ts';

/** Of a picture that the networks can paint as it is. */
const MIN_SIDE = smallestSide(trunkNetwork());

export function styleId(text: string): string {
  if (STYLE_ID.test(text)) return text;
  throw new InvalidArgumentError('Expected small letters, digits and hyphens.');
}

export function tenantId(text: string): string {
  if (isTenant(text)) return text;
  throw new InvalidArgumentError('Expected up to 63 small letters, digits and hyphens.');
}

/** A number from `minimum` to `maximum`. */
export function between(minimum: number, maximum: number, whole = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const inRange = text.trim() !== '' && value >= minimum && value <= maximum;
    if (inRange && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? 'a whole number' : 'a number';
    throw new InvalidArgumentError(`Expected ${kind} from ${minimum} to ${maximum}.`);
  };
}

/** Width and height, such as `640x480`. */
export function extent(text: string): Extent {
  const [, width, height] = text.match(/^(\d{1,5})x(\d{1,5})$/) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (Math.min(size.width, size.height) >= MIN_SIDE) return size;
  throw new InvalidArgumentError(
    `Expected width and height such as "640x480", at least ${MIN_SIDE} each.`,
  );
}

/** One number, or the first and the last of a run such as `1..0.5`. */
export function rangeBetween(
  minimum: number,
  maximum: number,
  whole = false,
): (text: string) => { from: number; to: number } {
  const read = between(minimum, maximum, whole);
  return (text) => {
    const [from = '', to = from, ...rest] = text.split('..');
    if (rest.length === 0) return { from: read(from), to: read(to) };
    throw new InvalidArgumentError('Expected a number, or two such as "96..224".');
  };
}

/** Weights by name, such as `relu1_1:2,relu5_1:0.5`; each of these names at most once. */
export function weightsOf<Name extends string>(
  names: readonly Name[],
): (text: string) => Partial<Record<Name, number>> {
  const read = between(0, 1e6);
  return (text) => {
    const weights: Partial<Record<Name, number>> = {};
    for (const part of text.split(',')) {
      const [name = '', weight = '1'] = part.trim().split(':');
      const known = names.find((candidate) => candidate === name);
      if (known === undefined || weights[known] !== undefined) {
        throw new InvalidArgumentError(
          `Expected weights such as "${names[0]}:2" for ${names.join(', ')}, each once; got "${part}".`,
        );
      }
      weights[known] = read(weight);
    }
    if (Object.values<number | undefined>(weights).some((weight) => (weight ?? 0) > 0)) {
      return weights;
    }
    throw new InvalidArgumentError('Expected a weight above 0.');
  };
}

export interface WeighedFile {
  readonly path: string;
  readonly weight: number;
}

/** A file with its weight, such as `waves.jpg:2`; collects several. */
export function weighedFile(text: string, before: readonly WeighedFile[] = []): WeighedFile[] {
  const [, path = text, weight = '1'] = text.match(/^(.+):(\d+(?:\.\d+)?|\.\d+)$/) ?? [];
  return [...before, { path, weight: between(1e-6, 1e6)(weight) }];
}

/** A digest of a file, such as `sha256:9f86d0…`. */
export function digest(text: string): string {
  if (/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|md5:[0-9a-f]{32})$/i.test(text)) return text;
  throw new InvalidArgumentError('Expected "sha256:", "sha512:" or "md5:" and the hex digest.');
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What {@link momentToCome} reads, for `--help`. */
export const MOMENT = 'a date such as 2027-12-31, or a time from now such as 12h or 90d';

export function momentToCome(text: string): Date {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const moment =
    amount === undefined
      ? new Date(text)
      : new Date(Date.now() + Number(amount) * (UNITS_MS[unit] ?? 0));
  if (moment > new Date()) return moment;
  throw new InvalidArgumentError(
    'Expected a date to come, such as 2027-12-31, or a time from now such as 12h or 90d.',
  );
}
