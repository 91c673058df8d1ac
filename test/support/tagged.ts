/** Pictures that say what their numbers mean, byte by byte: PNG, TIFF and ICC profiles made here. */

import { crc32, deflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bits: 8 | 16;
  /** Interleaved. */
  readonly samples: readonly number[];
}

export type PngChunk = readonly [type: string, data: Buffer];

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PNG_COLOR_TYPES: Readonly<Record<number, number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

/** `chunks` stand before the pixels. */
export function png(pixels: Pixels, chunks: readonly PngChunk[] = []): Buffer {
  const { width, height, channels, bits } = pixels;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, PNG_COLOR_TYPES[channels]!], 8);
  const bytes = packed(pixels, true);
  const rowBytes = (width * channels * bits) / 8;
  const rows = Array.from({ length: height }, (_, y) => [
    Buffer.alloc(1),
    bytes.subarray(y * rowBytes, (y + 1) * rowBytes),
  ]);
  return Buffer.concat([
    SIGNATURE,
    ...[
      ['IHDR', header] as const,
      ...chunks,
      ['IDAT', deflateSync(Buffer.concat(rows.flat()))] as const,
      ['IEND', Buffer.alloc(0)] as const,
    ].map(([type, data]) => pngChunk(type, data)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Hundred thousandths, as gAMA and cHRM count. */
export function fixedPoint(...values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) data.writeUInt32BE(Math.round(value * 100_000), i * 4);
  return data;
}

export function profileChunk(profile: Buffer): PngChunk {
  return ['iCCP', Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(profile)])];
}

export interface TiffOptions {
  readonly photometric: number;
  readonly extraSamples?: readonly number[];
  readonly profile?: Buffer;
  readonly bits?: number;
  readonly sampleFormat?: number;
  /** The pixels' bytes, where `bits` is neither 8 nor 16. */
  readonly data?: Buffer;
  /** Pages, all of the same pixels. */
  readonly pages?: number;
}

type Tag = readonly [tag: number, type: 1 | 3 | 4, values: readonly number[] | Buffer];

/** Little endian, uncompressed, one strip. */
export function tiff(pixels: Pixels, options: TiffOptions): Buffer {
  const { width, height, channels } = pixels;
  const bits = options.bits ?? pixels.bits;
  const data = options.data ?? packed(pixels, false);
  const tags: Tag[] = [
    [256, 3, [width]],
    [257, 3, [height]],
    [258, 3, Array(channels).fill(bits)],
    [259, 3, [1]],
    [262, 3, [options.photometric]],
    [273, 4, [8]],
    [277, 3, [channels]],
    [278, 3, [height]],
    [279, 4, [data.length]],
    ...(options.extraSamples ? [[338, 3, options.extraSamples] as const] : []),
    [339, 3, Array(channels).fill(options.sampleFormat ?? 1)],
    ...(options.profile ? [[34_675, 1, options.profile] as const] : []),
  ];
  const parts = [Buffer.from('II*\0\0\0\0\0', 'latin1'), data];
  let at = 8 + data.length;
  let link = parts[0]!.subarray(4);
  for (let page = 0; page < (options.pages ?? 1); page += 1) {
    link.writeUInt32LE(at);
    const { directory, values } = tiffDirectory(tags, at);
    parts.push(directory, values);
    at += directory.length + values.length;
    link = directory.subarray(-4);
  }
  return Buffer.concat(parts);
}

function tiffDirectory(tags: readonly Tag[], at: number) {
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16LE(tags.length);
  const values: Buffer[] = [];
  let next = at + directory.length;
  tags.forEach(([tag, type, value], i) => {
    const bytes = Buffer.isBuffer(value) ? value : tiffValues(value, type);
    const entry = 2 + i * 12;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(type, entry + 2);
    directory.writeUInt32LE(value.length, entry + 4);
    if (bytes.length <= 4) bytes.copy(directory, entry + 8);
    else {
      directory.writeUInt32LE(next, entry + 8);
      values.push(bytes);
      next += bytes.length;
    }
  });
  return { directory, values: Buffer.concat(values) };
}

function tiffValues(values: readonly number[], type: 1 | 3 | 4): Buffer {
  const size = type === 3 ? 2 : type;
  const bytes = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) bytes.writeUIntLE(value, i * size, size);
  return bytes;
}

function packed({ bits, samples }: Pixels, bigEndian: boolean): Buffer {
  if (bits === 8) return Buffer.from(samples);
  const bytes = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, i) => {
    if (bigEndian) bytes.writeUInt16BE(sample, i * 2);
    else bytes.writeUInt16LE(sample, i * 2);
  });
  return bytes;
}

/** Colorants of Display P3, adapted to D50, as its own profiles have them. */
const P3_COLORANTS = {
  rXYZ: [0.51512, 0.2412, -0.00105],
  gXYZ: [0.29198, 0.69225, 0.04189],
  bXYZ: [0.1571, 0.06657, 0.78407],
};

/** A version 2 profile, `GRAY` or `RGB ` with the primaries of Display P3, whose curve is a power. */
export function profile(space: 'GRAY' | 'RGB ', exponent: number): Buffer {
  const curve = Buffer.concat([Buffer.from('curv\0\0\0\0\0\0\0\x01', 'latin1'), Buffer.alloc(4)]);
  curve.writeUInt16BE(Math.round(exponent * 256), 12);
  const description = Buffer.alloc(96);
  description.write('desc\0\0\0\0\0\0\0\x05test\0', 'latin1');
  const tags: [string, Buffer][] = [
    ['desc', description],
    ['cprt', Buffer.from('text\0\0\0\0none\0\0\0\0', 'latin1')],
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ...(space === 'GRAY'
      ? [['kTRC', curve] as [string, Buffer]]
      : [
          ...Object.entries(P3_COLORANTS).map(([name, values]): [string, Buffer] => [
            name,
            xyz(...values),
          ]),
          ...['rTRC', 'gTRC', 'bTRC'].map((name): [string, Buffer] => [name, curve]),
        ]),
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length);
  let at = 128 + table.length;
  tags.forEach(([name, data], i) => {
    table.write(name, 4 + i * 12, 'latin1');
    table.writeUInt32BE(at, 8 + i * 12);
    table.writeUInt32BE(data.length, 12 + i * 12);
    at += data.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at);
  header.write('none\x02\x10\0\0mntr', 4, 'latin1');
  header.write(`${space}XYZ `, 16, 'latin1');
  header.set([0x07, 0xe8, 0, 1, 0, 1], 24);
  header.write('acspAPPL', 36, 'latin1');
  xyz(0.9642, 1, 0.8249).copy(header, 68, 8);
  return Buffer.concat([header, table, ...tags.map(([, data]) => data)]);
}

function xyz(...values: readonly number[]): Buffer {
  const data = Buffer.alloc(8 + values.length * 4);
  data.write('XYZ ', 'latin1');
  for (const [i, value] of values.entries()) {
    data.writeInt32BE(Math.round(value * 65_536), 8 + i * 4);
  }
  return data;
}
