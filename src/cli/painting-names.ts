/** What paintings are called: templates such as `{name}-{style}.{ext}`. */

import { basename, extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { OutputFormat } from '../pictures/formats.ts';
import { nameOf } from './files.ts';

const PLACEHOLDERS = ['name', 'style', 'ext'] as const;

const PLACEHOLDER = new RegExp(`\\{(${PLACEHOLDERS.join('|')})\\}`, 'g');

export const PLAIN_NAME = '{name}.{ext}';
export const NAME_WITH_STYLE = '{name}-{style}.{ext}';

/** What a name says of a painting. */
interface Parts {
  readonly photo: string;
  /** Of a style or a mix, as it is written. */
  readonly style: string;
  readonly format: OutputFormat;
  /** Whether another photograph beside it differs by its extension only. */
  readonly isShared: boolean;
}

/** A template as the command line takes it. Throws commander's InvalidArgumentError. */
export function nameTemplate(text: string): string {
  const names: readonly string[] = PLACEHOLDERS;
  const unknown = [...text.matchAll(/\{([^}]*)\}/g)].find(([, name = '']) => !names.includes(name));
  const isName = text.trim() !== '' && !text.endsWith('/') && !text.startsWith('/');
  if (unknown === undefined && isName) return text;
  throw new InvalidArgumentError(
    'Expected a name such as "{name}-{style}.{ext}", with no other words in braces.',
  );
}

export function holds(template: string, placeholder: (typeof PLACEHOLDERS)[number]): boolean {
  return template.includes(`{${placeholder}}`);
}

/**
 * The name of a painting. Where two photographs differ by their extension only, such as `a.heic` and `a.jpg`, what
 * is painted of one keeps its name if it keeps its extension, and else is called `a.heic.jpg`.
 */
export function paintingName(template: string, { photo, style, format, isShared }: Parts): string {
  const ext = extensionOf(format);
  const isOwn = extname(photo) === `.${ext}`;
  const values = {
    name: isShared && !isOwn ? basename(photo) : nameOf(photo),
    style: styleInNames(style),
    ext,
  };
  return template.replace(
    PLACEHOLDER,
    (_, placeholder: keyof typeof values) => values[placeholder],
  );
}

function extensionOf(format: OutputFormat): string {
  return format === 'jpeg' ? 'jpg' : format;
}

/** `great-wave:0.6,udnie:0.4` -> `great-wave-0.6+udnie-0.4`: Windows has no colons in names. */
function styleInNames(style: string): string {
  return style.replaceAll(':', '-').replaceAll(',', '+');
}
