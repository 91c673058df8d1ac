/** Impasto's network and the classic one, in turn through the same engine, alone on the machine. */

import type { Engine, Session } from '../../src/core/engine.ts';
import { classicNetwork, trunkNetwork } from '../../src/core/network.ts';
import type { Picture } from '../../src/core/picture.ts';
import { onnxEngine } from '../../src/engines/onnx.ts';
import { tensorflowEngine } from '../../src/engines/tensorflow.ts';
import { randomPicture, randomWeights } from '../support/random.ts';
import { median, type NetworkResult, rounded } from './report.ts';

const SIDES = [256, 512, 1024] as const;
const PAIRS = { most: 9, least: 3, budgetMs: 15_000 };

/** Runs of one network in a row, of which the median counts: a server runs one network warm. */
const IN_A_ROW = 3;

export async function benchNetworks(withTensorflow: boolean): Promise<NetworkResult[]> {
  const results: NetworkResult[] = [];
  for (const threads of [1, 2]) {
    results.push(...(await benchEngine(onnxEngine({ threads }), threads)));
  }
  if (withTensorflow) results.push(...(await benchEngine(await tensorflowEngine(), 'all')));
  return results;
}

async function benchEngine(engine: Engine, threads: number | 'all'): Promise<NetworkResult[]> {
  const [impasto, classic] = await Promise.all(
    [trunkNetwork(), classicNetwork()].map((network) =>
      engine.load(network, randomWeights(network, 1)),
    ),
  );
  if (!impasto || !classic) throw new TypeError('Expected two sessions.');
  const results: NetworkResult[] = [];
  for (const side of SIDES) {
    const photo = randomPicture(side, side, 1);
    const pairs = await inTurn(impasto, classic, photo);
    results.push({
      engine: engine.name,
      threads,
      side,
      impastoMs: rounded(median(pairs.map(([ours]) => ours))),
      classicMs: rounded(median(pairs.map(([, theirs]) => theirs))),
      ratio: rounded(median(pairs.map(([ours, theirs]) => theirs / ours))),
    });
  }
  await Promise.all([impasto.close(), classic.close()]);
  return results;
}

/** Milliseconds of both, pair by pair, so that a drifting machine slows both alike. */
async function inTurn(a: Session, b: Session, photo: Picture): Promise<[number, number][]> {
  await time(a, photo);
  await time(b, photo);
  const pairs: [number, number][] = [];
  const started = performance.now();
  while (
    pairs.length < PAIRS.least ||
    (pairs.length < PAIRS.most && performance.now() - started < PAIRS.budgetMs)
  ) {
    pairs.push([await time(a, photo), await time(b, photo)]);
  }
  return pairs;
}

async function time(session: Session, photo: Picture): Promise<number> {
  const runs: number[] = [];
  for (let i = 0; i < IN_A_ROW; i += 1) {
    const started = performance.now();
    await session.run(photo);
    runs.push(performance.now() - started);
  }
  return median(runs);
}
