/** Writes the protocol buffers wire format: enough of it for ONNX and TensorBoard messages. */

import { concat } from './bytes.ts';

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** One encoded field; a message is the concatenation of its fields. */
export type Field = Uint8Array;

/** An integer field (int32, int64, enum); negative values take ten bytes, as the format asks. */
export function integer(number: number, value: number | bigint): Field {
  return concat([tag(number, VARINT), varint(BigInt.asUintN(64, BigInt(value)))]);
}

export function float(number: number, value: number): Field {
  return concat([tag(number, FIXED_32), new Uint8Array(Float32Array.of(value).buffer)]);
}

export function text(number: number, value: string): Field {
  return bytes(number, new TextEncoder().encode(value));
}

export function bytes(number: number, value: Uint8Array): Field {
  return concat([tag(number, LENGTH_DELIMITED), varint(BigInt(value.byteLength)), value]);
}

export function message(number: number, fields: readonly Field[]): Field {
  return bytes(number, concat(fields));
}

/** Repeated integers in the packed encoding. */
export function integers(number: number, values: readonly number[]): Field {
  return bytes(number, concat(values.map((value) => varint(BigInt.asUintN(64, BigInt(value))))));
}

function tag(number: number, wireType: number): Uint8Array {
  return varint(BigInt((number << 3) | wireType));
}

function varint(value: bigint): Uint8Array {
  const groups: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    groups.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(groups);
}
