/** Commands, their options and their exit codes. */

import { basename } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { KeyRecordsError } from '../access/records.ts';
import { OPEN_TENANT } from '../access/tenants.ts';
import { type Config, ConfigError, loadConfig } from '../config/config.ts';
import { EngineUnavailableError } from '../engines/unavailable.ts';
import { FormatError, ProblemError } from '../errors.ts';
import { thisMachine } from '../host/machine.ts';
import { MixSyntaxError, parseStyleMix } from '../network/mix.ts';
import { PAINTING_OPTIONS, STYLE_OPTION } from '../options/stylization.ts';
import { FILM_OPTIONS } from '../options/video.ts';
import { OUTPUT_FORMATS } from '../pictures/formats.ts';
import { serve } from '../runtime/serve.ts';
import { CatalogError } from '../styles/style-files.ts';
import { DivergedError } from '../training/diverged.ts';
import { ExchangeError } from '../training/exchange.ts';
import { DownloadError } from '../training/loss-network/download.ts';
import { extent, MOMENT, momentToCome, styleId, tenantId, type WeighedFile } from './arguments.ts';
import { withCompletion } from './completion.ts';
import { type ContactSheetFlags, writeContactSheet } from './contact-sheet.ts';
import { examine } from './doctor/examine.ts';
import { type CommandName, examplesOf } from './examples.ts';
import { EXPORT_FORMATS, exportStyle } from './export.ts';
import { withPlainHelp } from './help.ts';
import { importCommand } from './import.ts';
import { endOnSignals, endWhereNobodyReads } from './interruptions.ts';
import { withKeys } from './keys.ts';
import { printLifecycle } from './lifecycle.ts';
import { withOptionFlags } from './option-flags.ts';
import { UsageError } from './outputs.ts';
import { quantizeStyles } from './quantize.ts';
import { signUrl } from './sign.ts';
import { listStyles } from './styles.ts';
import { type StylizeFlags, stylizeFiles } from './stylize.ts';
import { withStylizeFlags } from './stylize-command.ts';
import { distillCommand, withDistillFlags } from './training/distill.ts';
import { learnCommand, withLearnFlags } from './training/learn.ts';
import { defaultCacheDir } from './training/loss-network-flags.ts';
import { optimizePhoto, withOptimizeFlags } from './training/optimize.ts';
import { trainStyle } from './training/train.ts';
import { withTrainFlags } from './training/train-command.ts';
import { paintVideo } from './video.ts';

export const EXIT = {
  ok: 0,
  /** Something failed: a picture, a file, the server. */
  failed: 1,
  /** The command line itself is not as expected. */
  usage: 2,
} as const;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Folders {
  readonly modelsDir: string;
  readonly distDir: string;
}

/** Errors whose message is all that a person needs. */
const PLAIN_ERRORS = [
  ProblemError,
  ConfigError,
  CatalogError,
  EngineUnavailableError,
  DivergedError,
  DownloadError,
  ExchangeError,
  FormatError,
  KeyRecordsError,
];

/** Runs one command and returns its exit code. Only messages go to standard error. */
export async function runCli(
  argv: readonly string[],
  environment: Environment,
  folders: Folders,
): Promise<number> {
  let failures = 0;
  endWhereNobodyReads();
  const config = () => loadConfig(environment, { ...folders, ...thisMachine() });
  const program = createProgram(config, environment, folders, commandLineOf(argv), (count) => {
    failures += count;
  });
  try {
    await program.parseAsync(argv);
    return failures > 0 ? EXIT.failed : EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const plain = PLAIN_ERRORS.some((kind) => error instanceof kind);
    const usage = error instanceof UsageError || error instanceof MixSyntaxError;
    if (!plain && !usage && !isSystemError(error)) throw error;
    console.error(`impasto: ${(error as Error).message}`);
    return usage ? EXIT.usage : EXIT.failed;
  }
}

/** What was typed, for the card of a style: words with spaces in quotes, folders left out. */
function commandLineOf(argv: readonly string[]): string {
  const words = argv.slice(2).map((word) => (/^[^:]*\//.test(word) ? basename(word) : word));
  return [
    'impasto',
    ...words.map((word) => (/^[\w@%+=:,.-]+$/.test(word) ? word : JSON.stringify(word))),
  ].join(' ');
}

/** A failed system call, such as a file that is not there. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function createProgram(
  config: () => Config,
  environment: Environment,
  folders: Folders,
  commandLine: string,
  onFailures: (count: number) => void,
): Command {
  const storeConfig = () =>
    loadConfig(environment, { ...folders, ...thisMachine() }, { forStore: true });
  const program = withPlainHelp(new Command('impasto'), environment['HOME'])
    .description('Turns photographs into paintings.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(--help shows what is expected)')
    .hook('preAction', (_, command) => {
      // What runs until a signal comes ends in its own way.
      if (command.name() !== 'serve' && !command.opts()['watch']) endOnSignals();
    });

  program
    .command('serve')
    .description('Run the HTTP server (its settings are environment variables).')
    .addOption(
      new Option('--port <number>', 'port to listen on').default(undefined, '8080').env('PORT'),
    )
    .action(({ port }: { port?: string }) =>
      serve({ ...environment, ...(port !== undefined && { PORT: port }) }, folders),
    );

  withStylizeFlags(program.command('stylize')).action(
    async (photos: string[], options: StylizeFlags) => {
      onFailures(await stylizeFiles(photos, options, config()));
    },
  );

  const sheet = program
    .command('contact-sheet')
    .description('Paint a photograph in every style, on one picture with the names of the styles.')
    .argument('<photo>', 'image file; - for standard input')
    .option(
      '-o, --output <path>',
      'file to write, or - for standard output (default: beside the photograph, or standard output ' +
        'for standard input)',
    );
  withOptionFlags(sheet, {
    ...PAINTING_OPTIONS,
    max_size: { ...PAINTING_OPTIONS.max_size, absent: '768, shown at up to 384' },
  }).action((path: string, flags: ContactSheetFlags) => writeContactSheet(path, flags, config()));

  const video = program
    .command('video')
    .description('Paint a video; the same command again goes on where it was interrupted.')
    .argument('<video>', 'MP4, MOV, WebM, Matroska or GIF file')
    .requiredOption('-o, --output <path>', 'file to write: .mp4, .webm, .webp or .gif');
  withOptionFlags(video, { ...STYLE_OPTION, ...FILM_OPTIONS }).action((path: string, options) =>
    paintVideo(path, options, config()),
  );

  program
    .command('styles')
    .description('List the styles.')
    .option('--json', 'as JSON', false)
    .action(({ json }: { json: boolean }) => listStyles(config(), json));

  program
    .command('import')
    .description('Add a trained network (.safetensors), or the folder of a style, to the styles.')
    .argument(
      '<path>',
      'weights with the names and layouts of the training recipe, or a folder as "export" writes it',
    )
    .option('--id <id>', 'name of the style, such as "starry-night"', styleId)
    .option('--title <title>', 'title of the painting')
    .option('--artist <name>', 'who painted it')
    .option('--year <year>', 'when')
    .option('--rights <text>', 'why the painting may be used')
    .option('--tenant <id>', 'put a folder among the styles that this tenant has learned', tenantId)
    .option('--training-log <file>', 'JSON log of the trainer')
    .option('--training-run <name>', 'which run of the log (the name of the weights file)')
    .action((path: string, options) => importCommand(path, options, storeConfig()));

  const cacheDir = defaultCacheDir(environment);
  withTrainFlags(describesPainting(program.command('train')), cacheDir).action(
    (paintings: WeighedFile[], options) => trainStyle(paintings, options, config(), commandLine),
  );

  withLearnFlags(program.command('learn'), cacheDir).action((painting: string, options) =>
    learnCommand(painting, options, config(), commandLine),
  );

  withOptimizeFlags(program.command('optimize').alias('optimise'), cacheDir).action(
    (photo: string, paintings: WeighedFile[], options) =>
      optimizePhoto(photo, paintings, options, config()),
  );

  program
    .command('quantize')
    .alias('quantise')
    .description('Calibrate styles for computing in 8 bits, and measure what that changes.')
    .argument('[styles...]', 'styles; all where none is named')
    .requiredOption('--photos <folder>', 'photographs to calibrate with')
    .requiredOption('--check <folder>', 'other photographs, to measure the difference on')
    .action((styles: string[], options) => quantizeStyles(styles, options, config()));

  withDistillFlags(program.command('distill')).action((styles: string[], options) =>
    distillCommand(styles, options, config()),
  );

  program
    .command('export')
    .description('Write a style or a mix as a file for other programs.')
    .argument('<style>', 'a style or a mix', parseStyleMix)
    .addOption(
      new Option(
        '-f, --format <format>',
        'ONNX file, TensorFlow.js folder, TensorFlow Lite file, or the folder of the style',
      )
        .choices(EXPORT_FORMATS)
        .default('onnx'),
    )
    .addOption(
      new Option('--precision <precision>', 'numbers that the file computes in')
        .choices(['float32', 'int8'])
        .default(undefined, 'int8 for tflite, float32 for others'),
    )
    .addOption(
      new Option('--size <pixels>', 'of the pictures that a tflite file paints')
        .argParser(extent)
        .default(extent('512x512'), '512x512'),
    )
    .addOption(
      new Option('--tenant <id>', 'whose learned styles there are, too')
        .argParser(tenantId)
        .default(OPEN_TENANT, `${OPEN_TENANT}: where no keys are asked for`),
    )
    .requiredOption('-o, --output <path>', 'file (onnx, tflite) or folder (tfjs, style) to write')
    .action((mix, options) => exportStyle(mix, options, storeConfig()));

  withKeys(program.command('keys'), storeConfig);

  const sign = program
    .command('sign')
    .description('Print the signed URL of a painting (by SIGNED_URL_KEYS and PUBLIC_URL).')
    .argument('<url>', 'address of the photograph');
  withOptionFlags(sign, { ...STYLE_OPTION, ...PAINTING_OPTIONS })
    .addOption(
      new Option('-f, --format <format>', 'format of the painting')
        .choices(OUTPUT_FORMATS)
        .default(undefined, 'what whoever opens the URL prefers'),
    )
    .addOption(
      new Option('--expires <when>', `until when the URL works: ${MOMENT}`).argParser(momentToCome),
    )
    .action((url: string, options) => signUrl(url, options, config()));

  program
    .command('lifecycle')
    .description('Print the lifecycle rules that the S3 bucket of these settings needs.')
    .action(() => printLifecycle(config()));

  program
    .command('doctor')
    .description('Say what runs here: engines, models, storage, optional packages.')
    .option('--json', 'as JSON', false)
    .action(async ({ json }: { json: boolean }) => onFailures(await examine(config(), json)));

  for (const command of program.commands) {
    command.addHelpText('after', examplesOf(command.name() as CommandName));
  }
  withCompletion(program, environment['MODELS_DIR'] || folders.modelsDir);
  return program.addHelpText('after', EXIT_CODES);
}

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}  everything was done
  ${EXIT.failed}  something failed: a picture, a file, the server
  ${EXIT.usage}  the command line is not as expected
  130  it was interrupted (128 and the number of the signal)`;

/** The options that say which painting a style is of. */
function describesPainting(command: Command): Command {
  return command
    .requiredOption('--id <id>', 'name of the style, such as "starry-night"', styleId)
    .requiredOption('--title <title>', 'title of the painting')
    .requiredOption('--artist <name>', 'who painted it')
    .requiredOption('--year <year>', 'when')
    .requiredOption('--rights <text>', 'why the painting may be used');
}
