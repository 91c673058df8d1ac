/**
 * Impasto's network in float32 and in 8 bits and the classic one, in turn through the same engine,
 * alone on the machine.
 */

import { observeRanges } from '../../src/engines/onnx/calibration.ts';
import { onnxEngine } from '../../src/engines/onnx/engine.ts';
import { tensorflowEngine } from '../../src/engines/tensorflow/engine.ts';
import type { ActivationRanges } from '../../src/network/activation-ranges.ts';
import type { Engine, Session } from '../../src/network/engine.ts';
import { classicNetwork, type Network, trunkNetwork } from '../../src/network/layers.ts';
import type { Weights } from '../../src/network/weights.ts';
import type { Picture } from '../../src/pictures/picture.ts';
import { randomPicture, randomWeights } from '../support/random.ts';
import { median, type NetworkResult, rounded, type TensorflowResult } from './report.ts';

export const SIDES = [256, 512, 1024, 2048, 4096];

/** Beyond it, the classic networks do not fit in memory together. */
const MAX_CLASSIC_SIDE = 2048;
const PAIRS = { most: 9, least: 3, budgetMs: 15_000 };

/** Places in a round. */
const [IMPASTO, CLASSIC, HALF, INT8] = [0, 1, 2, 3];

/** Runs of one network in a row, of which the median counts: a server runs one network warm. */
const IN_A_ROW = 5;

/** From this side on a run takes so long that it warms itself. */
const LARGE_SIDE = 2048;

/** Channels at full resolution: half of the paper's. */
const HALF_WIDTH = 16;

export async function benchNetworks(
  sides: readonly number[],
  withTensorflow: boolean,
): Promise<NetworkResult[]> {
  const results: NetworkResult[] = [];
  for (const threads of [1, 2]) {
    results.push(...(await benchEngine(onnxEngine({ threads }), threads, sides)));
  }
  if (withTensorflow) results.push(...(await benchEngine(await tensorflowEngine(), 'all', sides)));
  return results;
}

/** The classic network by tfjs-node, which takes all cores, against Impasto's in 8 bits by as many threads. */
export async function benchAgainstTensorflow(
  sides: readonly number[],
  threads: number,
): Promise<TensorflowResult[]> {
  const [ours, theirs] = [trunkNetwork(), classicNetwork()];
  const weights = randomWeights(ours, 1);
  const sessions = [
    await onnxEngine({ threads }).load(ours, weights, await randomRanges(ours, weights)),
    await (await tensorflowEngine()).load(theirs, randomWeights(theirs, 1)),
  ];
  const results: TensorflowResult[] = [];
  for (const side of sides.filter((pixels) => pixels <= MAX_CLASSIC_SIDE)) {
    const rounds = await inTurn(sessions, randomPicture(side, side, 1));
    results.push({
      side,
      threads,
      impastoMs: rounded(median(rounds.map(([impasto]) => impasto!))),
      classicMs: rounded(median(rounds.map(([, classic]) => classic!))),
      ratio: rounded(median(rounds.map(([impasto, classic]) => classic! / impasto!)), 2),
    });
  }
  await Promise.all(sessions.map((session) => session.close()));
  return results;
}

function randomRanges(network: Network, weights: Weights): Promise<ActivationRanges> {
  return observeRanges(network, weights, [randomPicture(256, 256, 2)]);
}

async function benchEngine(
  engine: Engine,
  threads: number | 'all',
  sides: readonly number[],
): Promise<NetworkResult[]> {
  const [ours, theirs, half] = [trunkNetwork(), classicNetwork(), classicNetwork(HALF_WIDTH)];
  const weights = randomWeights(ours, 1);
  const sessions = [
    await engine.load(ours, weights),
    await engine.load(theirs, randomWeights(theirs, 1)),
    await engine.load(half, randomWeights(half, 1)),
  ];
  if (engine.name === 'onnx') {
    sessions.push(await engine.load(ours, weights, await randomRanges(ours, weights)));
  }
  const results: NetworkResult[] = [];
  for (const side of sides) {
    const withClassic = side <= MAX_CLASSIC_SIDE;
    const taking = sessions.map((session, i) =>
      withClassic || i === IMPASTO || i === INT8 ? session : undefined,
    );
    const rounds = await inTurn(taking, randomPicture(side, side, 1));
    const column = (i: number) => rounds.map((round) => round[i]!);
    const ratio = (over: number, under: number) =>
      rounded(median(rounds.map((round) => round[over]! / round[under]!)), 2);
    results.push({
      engine: engine.name,
      threads,
      side,
      impastoMs: rounded(median(column(IMPASTO))),
      ...(withClassic && {
        classic: { ms: rounded(median(column(CLASSIC))), ratio: ratio(CLASSIC, IMPASTO) },
        half: { ms: rounded(median(column(HALF))), ratio: ratio(HALF, IMPASTO) },
      }),
      ...(sessions.length > INT8 && {
        int8: {
          impastoMs: rounded(median(column(INT8))),
          overFloat32: ratio(IMPASTO, INT8),
          ...(withClassic && {
            overClassic: ratio(CLASSIC, INT8),
            overHalf: ratio(HALF, INT8),
          }),
        },
      }),
    });
  }
  await Promise.all(sessions.map((session) => session.close()));
  return results;
}

/** Milliseconds of each, round by round, so that a drifting machine slows all alike. */
async function inTurn(
  sessions: readonly (Session | undefined)[],
  photo: Picture,
): Promise<number[][]> {
  const round = async () => {
    const times: number[] = [];
    for (const session of sessions) times.push(session ? await time(session, photo) : Number.NaN);
    return times;
  };
  await round();
  const rounds: number[][] = [];
  const started = performance.now();
  while (
    rounds.length < PAIRS.least ||
    (rounds.length < PAIRS.most && performance.now() - started < PAIRS.budgetMs)
  ) {
    rounds.push(await round());
  }
  return rounds;
}

async function time(session: Session, photo: Picture): Promise<number> {
  const runs: number[] = [];
  const inARow = photo.width < LARGE_SIDE ? IN_A_ROW : 1;
  for (let i = 0; i < inARow; i += 1) {
    const started = performance.now();
    await session.run(photo);
    runs.push(performance.now() - started);
  }
  return median(runs);
}
