/**
 * `npm run bench:profile`: where the network's time goes, operator by operator, as the runtime's own
 * profiler counts it on one thread. `--save` keeps the figures for docs/performance.md.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { onnxBytesModel } from '../../src/core/onnx/bytes-model.ts';
import { ONNX_INPUT } from '../../src/core/onnx/frame.ts';
import { onnxModel } from '../../src/core/onnx/model.ts';
import { openCatalogue } from '../../src/styles/catalogue.ts';
import { randomPicture } from '../support/random.ts';
import { MODELS_DIR } from '../support/server.ts';
import { temporary } from '../support/temporary.ts';
import { processorName, rounded, saveResults } from './report.ts';

export interface ProfileResults {
  readonly machine: string;
  readonly side: number;
  /** Milliseconds of one painting by operator, the longest first. */
  readonly float32: readonly (readonly [operator: string, ms: number])[];
  readonly int8: readonly (readonly [operator: string, ms: number])[];
}

const STYLE = 'starry-night';
const SIDE = 512;
const WARM_UP = 3;
const RUNS = 20;

const eventsSchema = z.array(
  z.object({
    cat: z.string().optional(),
    name: z.string(),
    ts: z.number().optional(),
    dur: z.number().optional(),
    args: z.object({ op_name: z.string().optional() }).optional(),
  }),
);

const catalogue = await openCatalogue(MODELS_DIR);
const { network, weights, ranges } = await catalogue.load(catalogue.get(STYLE));
const results: ProfileResults = {
  machine: `${processorName()}, one thread, Node ${process.version}`,
  side: SIDE,
  float32: await profile(onnxModel(network, weights)),
  int8: await profile(onnxModel(network, weights, ranges)),
};
for (const precision of ['float32', 'int8'] as const) {
  console.log(precision);
  console.table(results[precision].map(([operator, ms]) => ({ operator, ms })));
}
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) {
  await saveResults('profile', results);
}

async function profile(model: Uint8Array): Promise<[string, number][]> {
  const folder = temporary();
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableMemPattern: false,
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
  });
  const { width, height, data } = randomPicture(SIDE, SIDE, 1);
  const image = new Tensor('uint8', data, [1, height, width, 3]);
  for (let run = 0; run < WARM_UP + RUNS; run += 1) await session.run({ [ONNX_INPUT]: image });
  session.endProfiling();
  await session.release();
  const [file = ''] = await readdir(folder);
  return byOperator(JSON.parse(await readFile(join(folder, file), 'utf8')));
}

function byOperator(profiled: unknown): [string, number][] {
  const events = eventsSchema.parse(profiled);
  const warm = events.filter(({ name }) => name === 'model_run')[WARM_UP]?.ts ?? 0;
  const sums = new Map<string, number>();
  for (const { cat, name, ts = 0, dur = 0, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || ts < warm) continue;
    const operator = args?.op_name ?? name;
    sums.set(operator, (sums.get(operator) ?? 0) + dur / 1000 / RUNS);
  }
  return [...sums]
    .map(([operator, ms]): [string, number] => [operator, rounded(ms, 2)])
    .filter(([, ms]) => ms > 0)
    .sort(([, a], [, b]) => b - a);
}
