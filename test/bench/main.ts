/**
 * `npm run bench`: the network against the classic one through each installed engine, and the
 * whole service over HTTP. Prints tables and JSON; `--save` keeps the JSON for the README.
 */

import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { availableCores } from '../../src/engines/machine.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { benchHttp } from './http.ts';
import { benchNetworks } from './networks.ts';
import { type BenchResults, printResults } from './report.ts';

const RESULTS = fileURLToPath(new URL('../../docs/benchmarks.json', import.meta.url));

const results: BenchResults = {
  machine: {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableCores(),
    node: process.version,
  },
  networks: await benchNetworks(tensorflowMissing === undefined),
  http: await benchHttp(),
};

printResults(results);
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) {
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
