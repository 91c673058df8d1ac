/** Paints pictures of any size in bounded memory: pass by pass, strip by strip. */

import type { InferenceSession } from 'onnxruntime-node';
import { paddedExtent, stride } from '../../../network/measures.ts';
import { type Pass, passesOf } from '../../../network/passes.ts';
import { type NetworkInstance, polyphase } from '../../../network/polyphase.ts';
import type { Extent } from '../../../pictures/picture.ts';
import { keptPlan } from './kept-plan.ts';
import { type PlacedPass, runPass } from './passes.ts';
import { reusedRoom } from './reused-room.ts';
import type { StripJob } from './run.ts';
import { passSessions } from './sessions.ts';
import type { RowShape } from './shared-rows.ts';
import type { Team } from './team.ts';

/** One network, for any number of pictures one after the other, on one thread. */
export interface StripPainter {
  /** Makes ready what painting needs. */
  load(): Promise<void>;
  /** This thread's part: resolves when the whole is painted. How high the strips are makes no difference that is seen. */
  paint(job: StripJob, team: Team): Promise<void>;
  close(): Promise<void>;
}

/** `further` options are for who looks at its sessions closely. */
export function stripPainter(
  given: NetworkInstance,
  further?: InferenceSession.SessionOptions,
): StripPainter {
  const instance = polyphase(given);
  const { network } = instance;
  const passes = placedPasses(instance);
  const sessions = passSessions(instance, further);
  const room = reusedRoom();
  return {
    async load() {
      for (const { pass } of passes) await sessions.of(pass);
    },
    async paint(job, team) {
      const run = { ...job, padded: paddedExtent(network, job.extent), statistics: new Map() };
      for (const placed of passes) {
        await runPass(run, network, placed, await sessions.of(placed.pass), team, room);
      }
    },
    close: () => sessions.close(),
  };
}

function passesIn({ network, ranges }: NetworkInstance): Pass[] {
  return passesOf(network, ({ name }) => ranges?.has(name) ?? false);
}

function placedPasses(instance: NetworkInstance): PlacedPass[] {
  const passes = passesIn(instance);
  const { reads, writes } = keptPlan(instance, passes);
  return passes.map((pass, i) => ({ pass, index: i, reads: reads[i]!, writes: writes[i]! }));
}

/** What painting a picture takes. */
export interface StripMeasures {
  readonly stripRows: number;
  readonly strips: number;
  readonly kept: readonly RowShape[];
  readonly passes: number;
  /** For what a strip of a pass finds. */
  readonly foundBytes: number;
}

/** Strips are as high as suits the caches, and as gives several threads their part, where `stripRows` is not given. */
export function stripMeasures(
  given: NetworkInstance,
  extent: Extent,
  stripRows?: number,
): StripMeasures {
  const instance = polyphase(given);
  const passes = passesIn(instance);
  const padded = paddedExtent(instance.network, extent);
  const scale = stride(instance.network);
  const [rows, columns] = [padded.height / scale, padded.width / scale];
  const channels = Math.max(...passes.map(({ norm }) => norm?.channels ?? 0));
  const height = stripRows ?? stripRowsFor(rows, columns * channels);
  const strips = Math.ceil(rows / height);
  return {
    stripRows: height,
    strips,
    kept: keptPlan(instance, passes).positionBytes.map((bytes) => ({
      rows,
      rowBytes: columns * bytes,
    })),
    passes: passes.length,
    foundBytes: 2 * channels * Float32Array.BYTES_PER_ELEMENT,
  };
}

/** What one strip of the trunk may take as floats, so that a layer of it stays in the processor's caches. */
const STRIP_BYTES = 1.5 * 2 ** 20;
const MIN_ROWS = 8;

/** Enough for threads to end at nearly the same time. How many threads there are makes no difference to the painting. */
const MIN_STRIPS = 12;

function stripRowsFor(rows: number, floatsPerRow: number): number {
  const cached = STRIP_BYTES / floatsPerRow / Float32Array.BYTES_PER_ELEMENT;
  const shared = rows / MIN_STRIPS;
  return Math.max(MIN_ROWS, Math.round(Math.min(cached, shared) / MIN_ROWS) * MIN_ROWS);
}
