/**
 * Runs ffmpeg and ffprobe, which are programs of the system and no part of this one. They read hostile files:
 * so they get no shell, no environment but the path, no input but what they are given, limits of memory, and
 * an end when nothing comes of them any more.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { every } from '../concurrency/timers.ts';
import { ProblemError } from '../errors.ts';
import { atExit } from '../host/at-exit.ts';
import { isDiskFull, storageFull } from '../host/disk.ts';
import { isInstalled, programPath } from '../host/programs.ts';

export type ProgramName = 'ffmpeg' | 'ffprobe';

export interface Program {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** What the program writes to `pipe:3`. */
  readonly notes: Readable;
  /** Resolves when it has ended well; else rejects with a {@link ProgramError}, or the signal's reason. */
  readonly ended: Promise<void>;
  /** Ends it before its time; `ended` resolves. */
  stop(): void;
  /** From now on something is expected of it: it is ended when nothing comes for {@link SILENCE_MS}. */
  watch(): void;
  /** It has to wait for us. */
  rest(): void;
}

/** A program that did not end well. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** Bytes of what a program complains about that are kept. */
const COMPLAINT_BYTES = 4096;

/** From when on a program that does nothing is taken for stuck. */
const SILENCE_MS = 60_000;

const WATCH_EVERY_MS = 1000;

/** Address space, in which shared libraries and the stacks of threads count, too. */
const MEMORY_BYTES = 4 * 2 ** 30;

/** Whether both programs are there. */
export function hasVideoPrograms(): boolean {
  return isInstalled('ffmpeg') && isInstalled('ffprobe');
}

/** Throws a `video-unavailable` problem where ffmpeg or ffprobe is not installed. */
export function checkVideoPrograms(): void {
  if (hasVideoPrograms()) return;
  throw new ProblemError(
    'video-unavailable',
    'Videos need the programs ffmpeg and ffprobe (Debian: "apt-get install ffmpeg"), which are not installed here.',
  );
}

/** Starts it; `args` must hold nothing that a caller wrote. */
export function startProgram(
  name: ProgramName,
  args: readonly string[],
  signal: AbortSignal,
): Program {
  signal.throwIfAborted();
  const [command, ...rest] = limited(name, args);
  const child = spawn(command!, rest, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: programPath() },
  });
  const kill = () => void child.kill('SIGKILL');
  let isStopped = false;
  let silentSince = performance.now();
  const unwatch = every(WATCH_EVERY_MS, () => {
    if (performance.now() - silentSince > SILENCE_MS) kill();
  });
  const complaint = tailOf(child.stderr!);
  // What is written to a program that has ended is nobody's concern; how it ended is.
  child.stdin!.on('error', () => {});
  const untidied = atExit(kill);
  signal.addEventListener('abort', kill, { once: true });
  const ended = outcomeOf(child).then((end) => {
    if (isStopped || end === 'well') return;
    signal.throwIfAborted();
    throw failure(name, end, complaint());
  });
  ended.catch(() => {});
  const forget = () => {
    unwatch();
    untidied();
    signal.removeEventListener('abort', kill);
  };
  ended.then(forget, forget);
  return {
    stdin: child.stdin!,
    stdout: child.stdout!,
    notes: child.stdio[3] as Readable,
    ended,
    stop() {
      isStopped = true;
      kill();
    },
    watch() {
      silentSince = performance.now();
    },
    rest() {
      silentSince = Number.POSITIVE_INFINITY;
    },
  };
}

/** Runs it to its end; what it printed. Rejects as {@link Program.ended} does. */
export async function runProgram(
  name: ProgramName,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Buffer> {
  const program = startProgram(name, args, signal);
  program.stdin.end();
  program.notes.resume();
  const chunks: Buffer[] = [];
  program.stdout.on('data', (chunk: Buffer) => {
    program.watch();
    chunks.push(chunk);
  });
  await program.ended;
  return Buffer.concat(chunks);
}

/** `well`, or how else. Resolves when its pipes are closed, so that nothing more comes. */
function outcomeOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve('well');
      else resolve(killedBy ? `killed by ${killedBy}` : `exit code ${code}`);
    });
  });
}

function failure(name: ProgramName, end: string, complaint: string): Error {
  const error = new ProgramError(`${name}: ${end}${complaint && `: ${complaint}`}`);
  return isDiskFull(complaint) ? storageFull('The disk became full meanwhile.', error) : error;
}

/** Its last words. An unread pipe would fill up and stop the program. */
function tailOf(stderr: Readable): () => string {
  let tail = '';
  stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-COMPLAINT_BYTES);
  });
  return () => tail.trim();
}

/** With a limit of memory, where the system has the means. */
function limited(name: ProgramName, args: readonly string[]): readonly string[] {
  const command = [name, ...args];
  return isInstalled('prlimit')
    ? ['prlimit', `--as=${MEMORY_BYTES}`, '--core=0', '--', ...command]
    : command;
}
