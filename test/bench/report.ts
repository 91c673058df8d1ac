/** What the benchmarks found, their tables, and where figures are kept for the documentation. */

import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { availableCores } from '../../src/host/machine.ts';

export interface NetworkResult {
  readonly engine: string;
  /** Threads for one picture; TensorFlow takes all cores. */
  readonly threads: number | 'all';
  readonly side: number;
  readonly impastoMs: number;
  /** The network of Johnson et al.; absent where it needs too much memory. */
  readonly classic?: Compared;
  /** The same with half of its channels. */
  readonly half?: Compared;
  /** Impasto's network in 8 bits, where the engine can. */
  readonly int8?: {
    readonly impastoMs: number;
    readonly overFloat32: number;
    readonly overClassic?: number;
    readonly overHalf?: number;
  };
}

interface Compared {
  readonly ms: number;
  /** Median of the ratios to Impasto in each round; other ratios likewise. */
  readonly ratio: number;
}

/** Impasto's network in 8 bits, in turn with the classic one by tfjs-node. */
export interface TensorflowResult {
  readonly side: number;
  /** Of ours; TensorFlow takes all cores. */
  readonly threads: number;
  readonly impastoMs: number;
  readonly classicMs: number;
  /** Median of the ratios in each round. */
  readonly ratio: number;
}

export interface HttpResult {
  /** Process start to the end of the first answered stylization. */
  readonly firstPaintingMs: number;
  readonly oneAtATime: {
    readonly totalMs: number;
    readonly networkMs: number;
    readonly aroundMs: number;
    readonly p95Ms: number;
  };
  /** The same service around the classic network through tfjs-node; where that is installed. */
  readonly classic?: {
    readonly totalMs: number;
    readonly networkMs: number;
    /** Of the total times. */
    readonly ratio: number;
  };
  readonly concurrent: readonly {
    readonly callers: number;
    readonly paintingsPerSecond: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
  }[];
}

export interface BenchResults {
  readonly machine: { readonly processor: string; readonly cores: number; readonly node: string };
  readonly networks: readonly NetworkResult[];
  /** Where tfjs-node is installed. */
  readonly againstTensorflow?: readonly TensorflowResult[];
  readonly http: HttpResult;
}

export function printResults({ machine, networks, againstTensorflow, http }: BenchResults): void {
  console.log(`\n${machine.processor}, ${machine.cores} cores, Node ${machine.node}; medians\n`);
  console.table(
    networks.map(({ classic, half, int8, ...rest }) => ({
      ...rest,
      classicMs: classic?.ms,
      halfMs: half?.ms,
      int8Ms: int8?.impastoMs,
    })),
  );
  if (againstTensorflow) console.table(againstTensorflow);
  console.log('HTTP, 512 x 512 JPEG in and out');
  console.log(`process start to first painting: ${http.firstPaintingMs} ms`);
  console.table([http.oneAtATime]);
  console.table(http.concurrent);
  if (http.classic) console.table([http.classic]);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

export function processorName(): string {
  return cpus()[0]?.model ?? 'unknown';
}

/** Processor, cores and Node: what figures were measured on. */
export function machineName(): string {
  return `${processorName()}, ${availableCores()} cores, Node ${process.version}`;
}

/** Keeps results in `bench/results/<name>.json`. */
export async function saveResults(name: string, results: object): Promise<void> {
  const path = fileURLToPath(new URL(`../../bench/results/${name}.json`, import.meta.url));
  await writeFile(path, `${JSON.stringify(results, null, 2)}\n`);
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
