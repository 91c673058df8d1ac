/**
 * `npm run bench`: the network against the classic one through each installed engine, and the
 * whole service over HTTP. Prints tables and JSON; `--save` keeps the JSON for the README.
 */

import { Command } from 'commander';
import { availableCores } from '../../src/host/machine.ts';
import { tensorflowMissing } from '../support/installed.ts';
import { benchHttp } from './http.ts';
import { benchAgainstTensorflow, benchNetworks, SIDES } from './networks.ts';
import { type BenchResults, printResults, processorName, saveResults } from './report.ts';

const { save, sides } = new Command()
  .option('--save', 'keep the results', false)
  .option('--sides <pixels>', 'of the pictures, separated by commas', numbers, SIDES)
  .parse()
  .opts<{ save: boolean; sides: number[] }>();

const withTensorflow = tensorflowMissing === undefined;
const cores = availableCores();
const results: BenchResults = {
  machine: { processor: processorName(), cores, node: process.version },
  networks: await benchNetworks(sides, withTensorflow),
  ...(withTensorflow && { againstTensorflow: await benchAgainstTensorflow(sides, cores) }),
  http: await benchHttp(withTensorflow),
};

printResults(results);
console.log(JSON.stringify(results));
if (save) await saveResults('benchmarks', results);

function numbers(text: string): number[] {
  return text.split(',').map(Number);
}
