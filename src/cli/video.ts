/** `impasto video`: a video on disk -> a painted one. */

import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { NEVER } from '../concurrency/deadline.ts';
import type { Config } from '../config/config.ts';
import { ProblemError } from '../errors.ts';
import { sha256Hex } from '../host/digest.ts';
import type { StyleMix } from '../network/mix.ts';
import type { ValuesOf } from '../options/option.ts';
import type { FILM_OPTIONS } from '../options/video.ts';
import { createPaintServices, type PaintServices } from '../services/paint-services.ts';
import type { VideoStylizeOptions } from '../stylization/video/options.ts';
import type { Shelf } from '../stylization/video/stylize-video.ts';
import { createLog } from '../telemetry/log.ts';
import { createSpans } from '../telemetry/spans.ts';
import { VIDEO_FORMATS, type VideoFormat } from '../video/formats.ts';
import { checkNotOverwritten, UsageError, writeOutput } from './outputs.ts';

export interface VideoFlags extends ValuesOf<typeof FILM_OPTIONS> {
  readonly style?: StyleMix;
  readonly output: string;
}

/**
 * What is finished lies in a folder beside the output until all is: the same command again goes on from
 * there.
 */
export async function paintVideo(path: string, flags: VideoFlags, config: Config): Promise<void> {
  const { output, style, ...film } = flags;
  const format = formatOf(output);
  await checkNotOverwritten([path], output);
  const file = await readVideo(path, config.MAX_VIDEO_BYTES);
  const services = await createPaintServices(config, createLog('silent'));
  const bar = new SingleBar(
    { format: '{bar} {percentage} % | {value} of {total} frames', hideCursor: true },
    Presets.shades_classic,
  );
  try {
    const options: VideoStylizeOptions = { ...film, style: style ?? services.defaultMix, format };
    const parts = `${output}.parts`;
    const shelf = folderShelf(parts, digestOf(file, options, services));
    const isShown = process.stderr.isTTY;
    let isStarted = false;
    const painted = await services.videos.stylize(file, options, {
      shelf,
      signal: NEVER,
      spans: createSpans(),
      onProgress(done, total) {
        if (!isShown) return;
        if (isStarted) bar.update(done);
        else bar.start(total, done);
        isStarted = true;
      },
    });
    await writeOutput(output, painted.bytes);
    await rm(parts, { recursive: true, force: true });
  } finally {
    bar.stop();
    await services.close();
  }
}

/** Whatever the path leads to: a pipe or a device may never end. Throws a `payload-too-large` problem. */
async function readVideo(path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      const detail = `Expected a video of at most ${maxBytes} bytes, got more (MAX_VIDEO_BYTES).`;
      throw new ProblemError('payload-too-large', detail);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function formatOf(output: string): VideoFormat {
  const extension = extname(output).slice(1).toLowerCase();
  const format = VIDEO_FORMATS.find((name) => name === extension);
  if (format) return format;
  const names = VIDEO_FORMATS.map((name) => `.${name}`).join(', ');
  throw new UsageError(`Expected an output that ends in ${names}, got ${output}.`);
}

/** What the painted video follows from. */
function digestOf(
  file: Uint8Array,
  options: VideoStylizeOptions,
  { catalog }: PaintServices,
): string {
  const weights = catalog.resolve(options.style).map(({ digest }) => digest);
  const told = JSON.stringify([options, weights]);
  return sha256Hex(file, told).slice(0, 32);
}

/** Parts of other videos, or of other options, are not found. */
function folderShelf(folder: string, digest: string): Shelf {
  const place = (name: string) => join(folder, digest, name);
  return {
    read: (name) => readFile(place(name)).catch(absent),
    async keep(name, bytes) {
      await mkdir(join(folder, digest), { recursive: true });
      // Whole or not at all.
      await writeOutput(place(name), bytes);
    },
  };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
