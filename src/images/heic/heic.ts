/** HEIC files -> TIFF, which libvips reads: its own build knows no HEVC. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { memoized } from '../../concurrency/memoized.ts';
import { after } from '../../concurrency/timers.ts';
import { ProblemError } from '../../errors.ts';
import { nodeFlags } from '../../host/node-flags.ts';
import { type PhotoHeader, unreadable } from '../header.ts';
import type { HeicReply, HeicRequest } from './messages.ts';

export interface HeicDecoder {
  /**
   * A TIFF with the same upright pixels, profile and header. Rejects with an `image-unreadable` or
   * `unsupported-media-type` problem, and with the signal's reason where it aborts.
   */
  toTiff(file: Uint8Array, header: PhotoHeader, signal: AbortSignal): Promise<Uint8Array>;
}

export interface HeicOptions {
  /** The built thread that decodes. */
  readonly script: string;
  readonly timeoutMs: number;
  /** Finds libheif as WebAssembly; throws where it is not installed. */
  readonly wasm?: () => string;
}

function findLibheif(): string {
  return createRequire(import.meta.url).resolve('libheif-js/libheif-wasm/libheif.wasm');
}

/** Once for all threads: it takes longer than most pictures. */
async function compile(find: () => string): Promise<WebAssembly.Module> {
  let path: string;
  try {
    path = find();
  } catch (cause) {
    throw new ProblemError(
      'unsupported-media-type',
      'Expected a JPEG, PNG, WebP, AVIF, GIF or TIFF image, got HEIC data, which is read only where ' +
        'the optional package libheif-js is installed.',
      { cause },
    );
  }
  return WebAssembly.compile(await readFile(path));
}

/** Blocks that pictures are coded in stand out beyond their edges. */
const BLOCK = 64;

/** Each file is decoded on a thread of its own, which is ended when it takes too long. */
export function heicDecoder({ wasm = findLibheif, ...options }: HeicOptions): HeicDecoder {
  const compiled = memoized(() => compile(wasm));
  return {
    async toTiff(file, header, signal) {
      const reply = await ask(options, requestOf(await compiled(), file, header), signal);
      if ('tiff' in reply) return reply.tiff;
      throw unreadable('heic', reply.unreadable);
    },
  };
}

function requestOf(
  module: WebAssembly.Module,
  file: Uint8Array,
  { extent, heif }: PhotoHeader,
): HeicRequest {
  if (!heif) throw new TypeError('Expected the header of a HEIC file.');
  const { hasAlpha, bits, profile } = heif;
  return {
    module,
    file,
    hasAlpha,
    bits: bits > 8 ? 16 : 8,
    profile,
    maxSide: Math.max(extent.width, extent.height) + BLOCK,
  };
}

/** What the thread says, unless it ends before, or has to be ended. */
function ask(
  { script, timeoutMs }: HeicOptions,
  request: HeicRequest,
  signal: AbortSignal,
): Promise<HeicReply> {
  signal.throwIfAborted();
  return new Promise<HeicReply>((resolve, reject) => {
    const worker = new Worker(script, { workerData: request, ...nodeFlags() });
    const settle = (answer: () => void) => {
      stopTimer();
      signal.removeEventListener('abort', abort);
      void worker.terminate();
      answer();
    };
    const abort = () => settle(() => reject(signal.reason));
    const stopTimer = after(timeoutMs, () => settle(() => reject(tooSlow(timeoutMs))));
    signal.addEventListener('abort', abort, { once: true });
    worker.once('message', (reply: HeicReply) => settle(() => resolve(reply)));
    worker.once('error', (error) => settle(() => reject(unreadable('heic', error))));
    worker.once('exit', (code) => settle(() => reject(unreadable('heic', `exit code ${code}`))));
  });
}

function tooSlow(timeoutMs: number): ProblemError {
  return new ProblemError(
    'image-unreadable',
    `Expected a HEIC image that can be decoded within ${timeoutMs} ms.`,
  );
}
