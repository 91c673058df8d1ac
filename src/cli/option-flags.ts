/** Options of the API as flags of the command line. */

import { type Command, Option as Flag } from 'commander';
import { parseStyleMix } from '../network/mix.ts';
import { defaultOf, type NumberOption, type Option, type Options } from '../options/option.ts';
import { between } from './arguments.ts';

/** Adds a flag for every option that has help; commander names their values as code does. */
export function withOptionFlags(command: Command, options: Options): Command {
  for (const [name, option] of Object.entries(options)) {
    if (option.help !== undefined) command.addOption(flagOf(name, option, option.help));
  }
  return command;
}

function flagOf(name: string, option: Option, help: string): Flag {
  const short = option.shortFlag ? `-${option.shortFlag}, ` : '';
  const long = `${short}--${name.replaceAll('_', '-')}`;
  switch (option.kind) {
    case 'number':
      return new Flag(`${long} <${option.unit ?? 'number'}>`, help + range(option))
        .argParser(between(option.minimum, option.maximum, option.isWhole))
        .default(option.default, option.default === undefined ? absence(option) : undefined);
    case 'switch':
      return new Flag(long, help).default(option.default);
    case 'choice':
      return new Flag(`${long} <choice>`, help).choices(option.choices).default(defaultOf(option));
    case 'mix':
      return new Flag(`${long} <style>`, help)
        .argParser(parseStyleMix)
        .default(undefined, absence(option));
  }
}

function absence({ absent: usual, absentFlag }: Option): string | undefined {
  return absentFlag ?? usual;
}

/** A limit in pixels is beyond every picture, and so not worth a word. */
function range({ minimum, maximum, unit }: NumberOption): string {
  return unit === undefined ? `, ${minimum} to ${maximum}` : '';
}
