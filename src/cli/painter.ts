/** Paints photographs into files, several at a time, and says what became of each. */

import { Presets, SingleBar } from 'cli-progress';
import { NEVER } from '../concurrency/deadline.ts';
import { sniff } from '../images/sniff.ts';
import type { StyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import { fromRecord } from '../options/records.ts';
import { PAINTING_OPTIONS } from '../options/stylization.ts';
import { type OutputFormat, outputPreference } from '../pictures/formats.ts';
import { CatalogError } from '../styles/style-files.ts';
import type { Stylizer } from '../stylization/stylizer.ts';
import { createSpans } from '../telemetry/spans.ts';
import type { OutputPath } from './destinations.ts';
import type { Photo } from './files.ts';
import { createKeptFiles, type KeptFiles } from './kept-files.ts';
import { readInput } from './outputs.ts';

/** A photograph in a style. */
export interface Task {
  readonly photo: Photo;
  readonly mix: StyleMix;
}

interface Subject {
  readonly photo: string;
  readonly style: string;
}

interface Success extends Subject {
  readonly painting: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly ms: number;
}

interface Failure extends Subject {
  readonly error: string;
}

/** What became of one task, as `--json` prints it. */
export type Outcome = Success | Failure;

export function isFailure(outcome: Outcome): outcome is Failure {
  return 'error' in outcome;
}

export interface PainterParts {
  readonly stylizer: Stylizer;
  readonly values: ValuesOf<typeof PAINTING_OPTIONS>;
  /** The photograph's own where undefined, as far as we write it. */
  readonly format: OutputFormat | undefined;
  /** Paintings under way at the same time. */
  readonly inFlight: number;
}

export interface Painter {
  /**
   * Paints and tells of each outcome; a task that fails does not stop the others. None is begun once `signal` has
   * aborted.
   */
  paint(
    tasks: readonly Task[],
    outputPath: OutputPath,
    onOutcome: (outcome: Outcome) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

export function createPainter(parts: PainterParts): Painter {
  const files = createKeptFiles();
  return {
    async paint(tasks, outputPath, onOutcome, signal = NEVER) {
      for (const { photo } of tasks) await files.read(photo.path);
      const queue = tasks.values();
      const worker = async () => {
        for (const task of queue) {
          if (signal.aborted) return;
          onOutcome(await outcomeOf(task, () => paintFile(task, outputPath, parts, files)));
        }
      };
      await Promise.all(Array.from({ length: parts.inFlight }, worker));
    },
  };
}

async function outcomeOf({ photo, mix }: Task, work: () => Promise<Outcome>): Promise<Outcome> {
  return work().catch((error: unknown) => ({
    photo: photo.path,
    style: mix.name,
    error: reasonOf(error),
  }));
}

async function paintFile(
  { photo, mix }: Task,
  outputPath: OutputPath,
  { stylizer, values, format }: PainterParts,
  files: KeptFiles,
): Promise<Outcome> {
  const started = performance.now();
  const file = await readInput(photo.path);
  const own = outputPreference(sniff(file)?.format ?? 'jpeg', () => 1);
  const options = { ...fromRecord(PAINTING_OPTIONS, { ...values }), style: mix };
  const painted = await stylizer.stylize(file, options, {
    signal: NEVER,
    spans: createSpans(),
    formats: format ? [format] : own,
  });
  const painting = outputPath(photo, mix.name, painted.format);
  await files.write(painting, painted.bytes, `${mix.name} ${photo.path}`);
  const { width, height } = painted;
  const bytes = painted.bytes.byteLength;
  const ms = Math.round(performance.now() - started);
  return { photo: photo.path, style: mix.name, painting, width, height, bytes, ms };
}

/** Whose files they are may know which of them is damaged. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof CatalogError ? error.cause.message : error.message;
}

/** Paints under a bar; outcomes in the order of their tasks. */
export async function paintUnderBar(
  painter: Painter,
  tasks: readonly Task[],
  outputPath: OutputPath,
): Promise<Outcome[]> {
  const bar = new SingleBar({ format: BAR, hideCursor: true }, Presets.shades_classic);
  const showBar = tasks.length > 1 && process.stderr.isTTY;
  if (showBar) bar.start(tasks.length, 0);
  const outcomes = new Map<string, Outcome>();
  await painter.paint(tasks, outputPath, (outcome) => {
    outcomes.set(`${outcome.style} ${outcome.photo}`, outcome);
    if (showBar) bar.increment();
  });
  if (showBar) bar.stop();
  return tasks.flatMap(({ photo, mix }) => outcomes.get(`${mix.name} ${photo.path}`) ?? []);
}

const BAR = '{bar} {value}/{total} paintings | {percentage}% | {eta_formatted} left';
