/** Where the passes over one picture keep their activations for each other. */

import type { Pass } from '../../../network/passes.ts';
import type { NetworkInstance } from '../../../network/polyphase.ts';

/** Where something lies in every row of a store: bytes for each position of the trunk. */
export interface KeptPlace {
  readonly store: number;
  readonly begin: number;
  readonly bytes: number;
}

/** Undefined where the pass reads or keeps no such thing. */
export interface KeptPlaces {
  readonly kept: KeptPlace | undefined;
  readonly skip: KeptPlace | undefined;
}

export interface KeptPlan {
  /** Of each store: bytes for one position of the trunk. */
  readonly positionBytes: readonly number[];
  /** Of each pass. */
  readonly reads: readonly KeptPlaces[];
  readonly writes: readonly KeptPlaces[];
}

const NOWHERE: KeptPlaces = { kept: undefined, skip: undefined };

/**
 * What a pass keeps lies where it reads what nobody needs after it, or where that was before, if there is room. `instance`
 * is in polyphase form.
 */
export function keptPlan(instance: NetworkInstance, passes: readonly Pass[]): KeptPlan {
  const positionBytes: number[] = [];
  const reads: KeptPlaces[] = [];
  const writes: KeptPlaces[] = [];
  let now = NOWHERE;
  let free: KeptPlace[] = [];

  const placeFor = (bytes: number): KeptPlace => {
    const fitting = free.filter((place) => place.bytes >= bytes);
    const [found] = fitting.toSorted((a, b) => a.bytes - b.bytes);
    if (found === undefined) return { store: positionBytes.push(bytes) - 1, begin: 0, bytes };
    const { store, begin } = found;
    const rest = { store, begin: begin + bytes, bytes: found.bytes - bytes };
    free = [...free.filter((place) => place !== found), rest];
    return { store, begin, bytes };
  };

  for (const pass of passes) {
    const read = {
      kept: pass.from && now.kept,
      skip: pass.readsSkip ? now.skip : undefined,
    };
    reads.push(read);
    if (!pass.keepsOutput) {
      // The next pass begins where this one does.
      writes.push(NOWHERE);
      continue;
    }
    free.push(...Object.values(read).filter((place) => place !== undefined));
    const kept = placeFor(outputBytes(instance, pass));
    const skip = pass.keepsSkip ? placeFor(skipBytes(instance, pass)) : undefined;
    writes.push({ kept, skip });
    now = { kept, skip: skip ?? (pass.readsSkip ? undefined : now.skip) };
  }
  return { positionBytes, reads, writes };
}

/** As `formats/onnx/pass-model.ts` keeps them. */
function outputBytes({ ranges }: NetworkInstance, { norm }: Pass): number {
  if (norm === undefined) throw new TypeError('A pass that paints keeps nothing.');
  const isInBytes = ranges?.has(norm.name) ?? false;
  return norm.channels * norm.phases * (isInBytes ? 1 : Float32Array.BYTES_PER_ELEMENT);
}

function skipBytes({ ranges }: NetworkInstance, { from }: Pass): number {
  if (from === undefined) throw new TypeError('Expected a skip connection within the trunk.');
  return from.channels * from.phases * (ranges ? 2 : Float32Array.BYTES_PER_ELEMENT);
}
