/** One of the threads that paint large pictures together; it keeps the network that it painted with last. */

import type { NetworkInstance } from '../../../network/polyphase.ts';
import { pixelRoom } from '../../../pictures/simd/room.ts';
import { type OverJob, over } from './over.ts';
import { type StripPainter, stripPainter } from './painter.ts';
import type { StripJob } from './run.ts';
import { teamOf } from './team.ts';

/** A network that is to paint, by a number that no other has. */
export interface NumberedNetwork extends NetworkInstance {
  readonly number: number;
}

/** A picture, as all threads are told of it. */
export interface SharedWork {
  readonly strips: StripJob;
  /** Where it is painted over another one. */
  readonly over: OverJob | undefined;
  /** Memory of a team of so many threads. */
  readonly team: SharedArrayBuffer;
  readonly threads: number;
}

export interface PaintingThread {
  /** Makes ready what painting with this network needs. */
  load(network: NumberedNetwork): Promise<void>;
  /** This thread's part of what all of them paint, with the network that was loaded last. */
  paint(work: SharedWork): Promise<void>;
}

export function paintingThread(): PaintingThread {
  const room = pixelRoom();
  let loaded: { readonly number: number; readonly painter: StripPainter } | undefined;
  return {
    async load(network) {
      if (loaded?.number === network.number) return;
      await loaded?.painter.close();
      loaded = { number: network.number, painter: stripPainter(network) };
      await loaded.painter.load();
    },
    async paint(work) {
      if (loaded === undefined) throw new TypeError('Expected a network to paint with.');
      const team = teamOf(work.team, work.threads);
      const around = work.over && over(work.over, room, team);
      await around?.begin();
      await loaded.painter.paint(work.strips, team);
      await around?.finish();
    },
  };
}
