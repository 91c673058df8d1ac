/** Paints pictures of any size in bounded memory: pass by pass, strip by strip. */

import './without-telemetry.ts';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { STRIP } from '../../formats/onnx/pass-model.ts';
import { paddedExtent, stride } from '../../network/measures.ts';
import { statisticsSum } from '../../network/norm-statistics.ts';
import { type Demand, demandOf, type Pass, passesOf } from '../../network/passes.ts';
import { type NetworkInstance, polyphase } from '../../network/polyphase.ts';
import type { Extent } from '../../pictures/picture.ts';
import type { Raster } from '../../rasters/raster.ts';
import { keptRows } from './kept-rows.ts';
import { passSessions } from './pass-sessions.ts';
import type { OpenRowStore } from './row-store.ts';
import { stripInputs } from './strip-inputs.ts';
import type { StripRun } from './strip-run.ts';
import { bytesOf } from './tensors.ts';

export interface StripOptions {
  /** Rows of a strip at the trunk's resolution, a multiple of eight; as many as suit the caches where absent. */
  readonly stripRows?: number;
  readonly openStore: OpenRowStore;
}

/** One network, for any number of pictures one after the other. */
export interface StripPainter {
  /**
   * Paints `picture` onto `painting`, of the same size. How high the strips are makes no difference
   * to the result that could be seen.
   */
  paint(picture: Raster, painting: Raster, options: StripOptions): Promise<void>;
  close(): Promise<void>;
}

/** `threads` may be used for one strip. */
export function stripPainter(given: NetworkInstance, threads: number): StripPainter {
  const instance = polyphase(given);
  const { network, ranges } = instance;
  const passes = passesOf(network, ({ name }) => ranges?.has(name) ?? false);
  const sessions = passSessions(instance, threads);
  return {
    async paint(picture, painting, { stripRows, openStore }) {
      const padded = paddedExtent(network, picture);
      const run: StripRun = {
        instance,
        stripRows: stripRows ?? stripRowsFor(instance, passes, padded),
        padded,
        picture,
        painting,
        statistics: new Map(),
        kept: keptRows(padded.height / stride(network), openStore),
      };
      try {
        for (const pass of passes) await runPass(run, pass, await sessions.of(pass));
      } finally {
        run.kept.close();
      }
    },
    close: () => sessions.close(),
  };
}

async function runPass(run: StripRun, pass: Pass, session: InferenceSession): Promise<void> {
  const { statistics, kept } = run;
  const sum = pass.norm && statisticsSum(pass.norm.channels);
  const inputs = stripInputs(run, pass);
  let previous: (() => void) | undefined;
  for (const demand of demandsOf(run, pass)) {
    const outputs = await session.run(await inputs.of(demand));
    sum?.add(floats(outputs[STRIP.found]), demand.output.end - demand.output.begin);
    if (pass.norm === undefined) await paint(run, pass, demand, outputs[STRIP.painting]);
    // Not before the next strip has run, which reads rows that this overwrites.
    previous?.();
    previous = () => kept.keep(pass, demand, outputs);
  }
  previous?.();
  kept.endPass();
  if (pass.norm && sum) statistics.set(pass.norm, sum.finish());
}

/** What one strip of the trunk may take as floats, so that a layer of it stays in the processor's caches. */
const STRIP_BYTES = 6 * 2 ** 20;
const MIN_ROWS = 8;

/** Rows of the trunk that make a strip; few more than `MIN_ROWS` where the picture is wide. */
function stripRowsFor(
  { network }: NetworkInstance,
  passes: readonly Pass[],
  padded: Extent,
): number {
  const channels = Math.max(...passes.map(({ norm }) => norm?.channels ?? 0));
  const rowBytes = (padded.width / stride(network)) * channels * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(MIN_ROWS, Math.round(STRIP_BYTES / rowBytes / MIN_ROWS) * MIN_ROWS);
}

/** What each strip of the pass needs, from top to bottom. */
function demandsOf({ instance, padded, stripRows }: StripRun, pass: Pass): Demand[] {
  const perTrunkRow = stride(instance.network) / pass.scaleOut;
  const rows = padded.height / pass.scaleOut;
  const height = stripRows * perTrunkRow;
  return Array.from({ length: Math.ceil(rows / height) }, (_, index) => {
    const output = { begin: index * height, end: Math.min(rows, (index + 1) * height) };
    return demandOf(pass, output, padded.height);
  });
}

/** Writes the rows and columns of the painting that are not margin. */
async function paint(
  { painting, instance, padded }: StripRun,
  { scaleOut }: Pass,
  { output }: Demand,
  strip: Tensor | undefined,
): Promise<void> {
  if (strip === undefined) throw new TypeError('Expected a painted strip.');
  const { margin } = instance.network;
  const first = output.begin * scaleOut - margin;
  const begin = Math.max(0, first);
  const end = Math.min(painting.height, output.end * scaleOut - margin);
  if (begin >= end) return;
  const bytes = bytesOf(strip);
  const rowBytes = painting.width * 3;
  const rows = new Uint8Array((end - begin) * rowBytes);
  for (let row = begin; row < end; row += 1) {
    const from = ((row - first) * padded.width + margin) * 3;
    rows.set(bytes.subarray(from, from + rowBytes), (row - begin) * rowBytes);
  }
  await painting.write(begin, rows);
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new TypeError('Expected float32 numbers.');
}
