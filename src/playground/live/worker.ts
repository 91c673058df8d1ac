/** Paints frames beside the page. */

import { reasonOf } from '../../errors.ts';
import {
  GRAPH_MODEL_FILE,
  GRAPH_WEIGHTS_FILE,
  readGraphModel,
} from '../../formats/tensorflow/graph-model.ts';
import type { ActivationRanges } from '../../network/activation-ranges.ts';
import type { Session } from '../../network/engine.ts';
import type { Network } from '../../network/layers.ts';
import { interpolate, networkOf, type Weights } from '../../network/weights.ts';
import type { WireRanges } from '../wire.ts';
import type { Backend, Frame, FromWorker, NetworkSize, ToWorker } from './messages.ts';
import { toFrame, toPicture } from './pixels.ts';
import { bestBackend, openSession } from './runtime.ts';
import { type SteadyPainter, steadyPainter } from './steady.ts';

type Load = Extract<ToWorker, { kind: 'load' }>;

type Headers = NonNullable<Load['headers']>;

interface Loaded {
  /** What was asked for. */
  readonly key: string;
  readonly backend: Backend;
  readonly network: Network;
  readonly session: Session;
  readonly painter: SteadyPainter;
}

let loaded: Loaded | undefined;

/** One after the other, in the order in which they came. */
let turn: Promise<void> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  turn = turn.then(() => perform(data)).catch((error: unknown) => tell(failure(error)));
});

async function perform(message: ToWorker): Promise<void> {
  if (message.kind === 'frame') return paintFrame(message.frame);
  const key = JSON.stringify([message.mix, message.size, message.rangesUrl, message.backend]);
  if (loaded?.key === key) {
    // What comes next is another picture: it has statistics of its own.
    loaded = { ...loaded, painter: steadyPainter(loaded.session, loaded.network) };
    return tell({ kind: 'ready', backend: loaded.backend });
  }
  const backend = message.backend ?? (await bestBackend());
  // The runtime computes in 8 bits on processors only.
  const rangesUrl = backend === 'wasm' ? message.rangesUrl : undefined;
  const [weights, ranges] = await Promise.all([
    mixedWeights(message),
    rangesUrl ? fetchRanges(rangesUrl, message.headers ?? {}) : undefined,
  ]);
  const network = networkOf(weights);
  const before = loaded;
  const session = await openSession(backend, network, weights, ranges);
  loaded = { key, backend, network, session, painter: steadyPainter(session, network) };
  await before?.session.close();
  tell({ kind: 'ready', backend });
}

async function paintFrame(frame: Frame): Promise<void> {
  if (loaded === undefined) throw new Error('Expected a style before the first frame.');
  const started = performance.now();
  const painting = await loaded.painter.paint(toPicture(frame));
  const ms = performance.now() - started;
  const answer = toFrame(painting);
  tell({ kind: 'painting', frame: answer, ms }, [answer.data.buffer]);
}

async function mixedWeights({ mix, size, headers = {} }: Load): Promise<Weights> {
  const sum = mix.reduce((total, { weight }) => total + weight, 0);
  const shares = mix.map(async ({ style, weight }) => ({
    weights: await fetchWeights(style, size, headers),
    share: weight / sum,
  }));
  return interpolate(await Promise.all(shares));
}

async function fetchWeights(style: string, size: NetworkSize, headers: Headers): Promise<Weights> {
  const folder = `/v1/styles/${style}/${size === 'light' ? 'light/' : ''}`;
  const [model, weights] = await Promise.all(
    [GRAPH_MODEL_FILE, GRAPH_WEIGHTS_FILE].map((file) => fetchPart(`${folder}${file}`, headers)),
  );
  return readGraphModel(await model!.json(), new Uint8Array(await weights!.arrayBuffer()));
}

async function fetchRanges(url: string, headers: Headers): Promise<ActivationRanges> {
  const { convolutions } = (await (await fetchPart(url, headers)).json()) as WireRanges;
  return new Map(Object.entries(convolutions));
}

async function fetchPart(url: string, headers: Headers): Promise<Response> {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`The network could not be fetched: ${answer.status}.`);
  return answer;
}

function failure(error: unknown): FromWorker {
  return { kind: 'failed', reason: reasonOf(error) };
}

function tell(message: FromWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}
