/**
 * `npm run bench`: the network against the classic one through each installed engine, and the
 * whole service over HTTP. Prints tables and JSON; `--save` keeps the JSON for the README.
 */

import { availableCores } from '../../src/engines/machine.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { benchHttp } from './http.ts';
import { benchNetworks } from './networks.ts';
import { type BenchResults, printResults, processorName, saveResults } from './report.ts';

const results: BenchResults = {
  machine: {
    processor: processorName(),
    cores: availableCores(),
    node: process.version,
  },
  networks: await benchNetworks(tensorflowMissing === undefined),
  http: await benchHttp(),
};

printResults(results);
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) {
  await saveResults('benchmarks', results);
}
