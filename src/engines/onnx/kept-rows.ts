/** What the passes over one picture keep for each other. */

import type { Tensor } from 'onnxruntime-node';
import { STRIP } from '../../formats/onnx/pass-model.ts';
import type { Demand, Pass } from '../../network/passes.ts';
import type { Rows } from '../../pictures/picture.ts';
import type { OpenRowStore, RowStore } from './row-store.ts';
import { bytesOf } from './tensors.ts';

export type KeptName = typeof STRIP.keptNow | typeof STRIP.skipNow;

export interface KeptRows {
  /** What an earlier pass kept; holds until the strip is done. Throws a `TypeError` where nothing was kept. */
  read(name: KeptName, rows: Rows): Uint8Array;
  /** What one strip of this pass keeps. */
  keep(pass: Pass, demand: Demand, outputs: Readonly<Record<string, Tensor>>): void;
  /** From now on, what this pass has kept is that of an earlier pass. */
  endPass(): void;
  close(): void;
}

/** For so many rows. What a pass keeps lies where it read what it no longer needs, if that has the same size. */
export function keptRows(rows: number, openStore: OpenRowStore): KeptRows {
  const earlier = new Map<KeptName, RowStore>();
  const now = new Map<KeptName, RowStore>();

  const stored = (name: KeptName): RowStore => {
    const store = earlier.get(name);
    if (store === undefined) throw new TypeError(`Nothing was kept as ${name}.`);
    return store;
  };

  const storeFor = (name: KeptName, rowBytes: number): RowStore => {
    const same = now.get(name) ?? earlier.get(name);
    const store = same?.rowBytes === rowBytes ? same : openStore({ rows, rowBytes });
    now.set(name, store);
    return store;
  };

  const keepRows = (
    name: KeptName,
    tensor: Tensor | undefined,
    have: Rows,
    { begin, end }: Rows,
  ) => {
    if (tensor === undefined) return;
    const data = bytesOf(tensor);
    const rowBytes = data.length / (have.end - have.begin);
    const wanted = data.subarray((begin - have.begin) * rowBytes, (end - have.begin) * rowBytes);
    storeFor(name, rowBytes).write(begin, wanted);
  };

  return {
    read: (name, wanted) => stored(name).read(wanted),
    keep({ steps }, { inputs, output }, outputs) {
      keepRows(STRIP.keptNow, outputs[STRIP.keptNow], output, output);
      const skipped = inputs[steps.findLastIndex(({ kind }) => kind === 'keep')] ?? output;
      keepRows(STRIP.skipNow, outputs[STRIP.skipNow], skipped, output);
    },
    endPass() {
      for (const [name, store] of now) {
        const before = earlier.get(name);
        if (before !== store) before?.close();
        earlier.set(name, store);
      }
      now.clear();
    },
    close() {
      for (const store of new Set([...earlier.values(), ...now.values()])) store.close();
    },
  };
}
