/** Arguments and flags of `impasto stylize`. */

import { type Command, Option } from 'commander';
import { PAINTING_OPTIONS, STYLE_OPTION } from '../options/stylization.ts';
import { OUTPUT_FORMATS } from '../pictures/formats.ts';
import { withOptionFlags } from './option-flags.ts';
import { nameTemplate } from './painting-names.ts';

export function withStylizeFlags(command: Command): Command {
  command
    .description('Paint photographs: files, folders or patterns.')
    .argument(
      '<photos...>',
      'image files, folders with all that lies in them, patterns such as "photos/*.jpg"; - for standard input',
    )
    .option(
      '-o, --output <path>',
      'file to write, a folder, or - for standard output (default: beside each photograph, or ' +
        'standard output for standard input)',
    )
    .addOption(
      new Option(
        '--name <name>',
        'what paintings are called (default: {name}-{style}.{ext}, and {name}.{ext} for one style in a folder)',
      ).argParser(nameTemplate),
    );
  return withOptionFlags(command, { ...STYLE_OPTION, ...PAINTING_OPTIONS })
    .option(
      '--style-image <picture>',
      'a picture to paint like, at once; "image" stands for it in a mix: --style image:0.7,great-wave:0.3',
    )
    .addOption(
      new Option('--all-styles', 'paint each photograph in every style')
        .default(false)
        .conflicts(['style', 'styleImage']),
    )
    .addOption(
      new Option('-f, --format <format>', 'format of the painting')
        .choices(OUTPUT_FORMATS)
        .default(undefined, "what the output's name says, else the photograph's own"),
    )
    .option('--watch', 'paint what comes into folders, until Ctrl-C', false)
    .option(
      '--json',
      'print what was painted as JSON; a line for each painting with --watch',
      false,
    );
}
