/**
 * `npm run bench:profile`: where the network's time goes, operator by operator, as the runtime's own
 * profiler counts it. `--save` keeps the figures for docs/performance.md.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { processorSession, sessionOptions } from '../../src/engines/onnx/engine.ts';
import { ONNX_INPUT } from '../../src/formats/onnx/ends.ts';
import { onnxModel } from '../../src/formats/onnx/standard-model.ts';
import { openCatalog } from '../../src/styles/catalog.ts';
import { MODELS_DIR } from '../support/folders.ts';
import { randomPicture } from '../support/random.ts';
import { temporary } from '../support/temporary.ts';
import { operatorTimes } from './operators.ts';
import { machineName, rounded, saveResults } from './report.ts';

export interface ProfileResults {
  readonly machine: string;
  readonly sizes: readonly ProfiledSize[];
}

export interface ProfiledSize {
  /** Pixels. */
  readonly side: number;
  readonly columns: readonly {
    readonly title: string;
    /** Milliseconds of one painting by operator, the longest first. */
    readonly times: readonly (readonly [operator: string, ms: number])[];
  }[];
}

const STYLE = 'starry-night';
const SIDES = [512, 1024];
const WARM_UP = 3;
const RUNS = 20;

const catalog = await openCatalog(MODELS_DIR);
const { network, weights, ranges } = await catalog.load(catalog.get(STYLE));
const sizes: ProfiledSize[] = [];
for (const side of SIDES) {
  const columns = [
    { title: 'float32, one thread', times: await profile(side, served(undefined, 1)) },
    { title: 'two', times: await profile(side, served(undefined, 2)) },
    { title: '8 bits, one thread', times: await profile(side, served(ranges, 1)) },
    { title: 'two', times: await profile(side, served(ranges, 2)) },
    { title: '8 bits in standard operators, two', times: await profile(side, standard(2)) },
  ];
  sizes.push({ side, columns });
  for (const { title, times } of columns) {
    console.log(`${side} x ${side}: ${title}`);
    console.table(times.map(([operator, ms]) => ({ operator, ms })));
  }
}
const results: ProfileResults = { machine: machineName(), sizes };
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) {
  await saveResults('profile', results);
}

type Open = (further: InferenceSession.SessionOptions) => Promise<InferenceSession>;

function served(chosen: typeof ranges, threads: number): Open {
  return (further) => processorSession(network, weights, chosen, threads, further);
}

/** As exported for other programs. */
function standard(threads: number): Open {
  return (further) =>
    InferenceSession.create(onnxModel(network, weights, ranges), {
      ...sessionOptions(threads),
      ...further,
    });
}

async function profile(side: number, open: Open): Promise<[string, number][]> {
  const folder = temporary();
  const session = await open({
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
  });
  const { width, height, data } = randomPicture(side, side, 1);
  const image = new Tensor('uint8', data, [1, height, width, 3]);
  for (let run = 0; run < WARM_UP + RUNS; run += 1) await session.run({ [ONNX_INPUT]: image });
  session.endProfiling();
  await session.release();
  const [file = ''] = await readdir(folder);
  const times = operatorTimes(await readFile(join(folder, file), 'utf8'), WARM_UP);
  return [...times]
    .map(([operator, ms]): [string, number] => [operator, rounded(ms / RUNS, 2)])
    .filter(([, ms]) => ms > 0)
    .sort(([, a], [, b]) => b - a);
}
