/**
 * WebAssembly written in TypeScript: expressions are the bytes of their instructions, operands first.
 * https://webassembly.github.io/spec/core/binary/
 */

/** Instructions; as an expression they leave one value. */
export type Code = readonly number[];

export interface WasmFunction {
  readonly name: string;
  /** Parameters, all of them 32-bit integers: they are the first locals. */
  readonly parameters: number;
  /** Further locals: integers, then vectors of 128 bits. */
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;
const FUNCTION = 0x60;

/** The bytes of a module that imports its memory as `env.memory` and exports these functions. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    FUNCTION,
    ...list(Array.from({ length: parameters }, () => [I32])),
    ...list([]),
  ]);
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, 0x01];
  const exported = functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]);
  const bodies = functions.map(({ integers, vectors, body }) => {
    const locals = list([
      [...unsigned(integers), I32],
      [...unsigned(vectors), V128],
    ]);
    return sized([...locals, ...body, 0x0b]);
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(7, list(exported)),
    ...section(10, list(bodies)),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...sized(content)];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function list(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

function text(value: string): Code {
  return sized([...new TextEncoder().encode(value)]);
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const integer = (value: number): Code => [0x41, ...signed(value)];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
const isLessUnsigned = (a: Code, b: Code): Code => [...a, ...b, 0x49];

/** Adds to a local. */
export const advance = (local: number, step: Code): Code => set(local, add(get(local), step));

/** At least once, and again while one local is less than the other. */
export function repeatWhileLess(local: number, end: number, body: Code): Code {
  const again: Code = [0x0d, 0x00];
  return [0x03, 0x40, ...body, ...isLessUnsigned(get(local), get(end)), ...again, 0x0b];
}

export const load32 = (at: Code): Code => [...at, 0x28, 0x00, 0x00];

/** Instructions on vectors, by their numbers. */
const vector = (number: number, ...operands: readonly Code[]): Code => [
  ...operands.flat(),
  0xfd,
  ...unsigned(number),
];

const UNALIGNED: Code = [0x00, 0x00];

/** Sixteen bytes. */
export const load = (at: Code): Code => [...vector(0x00, at), ...UNALIGNED];
export const store = (at: Code, value: Code): Code => [...vector(0x0b, at, value), ...UNALIGNED];
/** Eight bytes as integers of 16 bits. */
export const loadBytes = (at: Code): Code => [...vector(0x02, at), ...UNALIGNED];
/** Four bytes, repeated. */
export const loadRepeated32 = (at: Code): Code => [...vector(0x09, at), ...UNALIGNED];
/** The first four bytes. */
export const store32 = (at: Code, value: Code): Code => [
  ...vector(0x5a, at, value),
  ...UNALIGNED,
  0x00,
];
/** The first eight bytes. */
export const store64 = (at: Code, value: Code): Code => [
  ...vector(0x5b, at, value),
  ...UNALIGNED,
  0x00,
];
/** Bytes of both by their places: 0..15 in `a`, 16..31 in `b`. */
export const shuffle = (a: Code, b: Code, places: readonly number[]): Code => [
  ...vector(0x0d, a, b),
  ...places,
];
export const repeat16 = (value: Code): Code => vector(0x10, value);
export const repeat32 = (value: Code): Code => vector(0x11, value);
export const add16 = (a: Code, b: Code): Code => vector(0x8e, a, b);
export const subtract16 = (a: Code, b: Code): Code => vector(0x91, a, b);
/** The product of fractions in 15 bits, rounded. */
export const multiplyFractions = (a: Code, b: Code): Code => vector(0x82, a, b);
export const add32 = (a: Code, b: Code): Code => vector(0xae, a, b);
export const shiftRight32 = (value: Code, bits: number): Code => vector(0xac, value, integer(bits));
/** Products of integers of 16 bits, neighbors added up in 32 bits. */
export const dotPairs = (a: Code, b: Code): Code => vector(0xba, a, b);
/** From 32 bits to 16, and from 16 to bytes, what is beyond them cut off. */
export const narrow32 = (a: Code, b: Code): Code => vector(0x85, a, b);
export const narrowToBytes = (a: Code, b: Code): Code => vector(0x66, a, b);
