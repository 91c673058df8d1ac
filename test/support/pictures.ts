/** Image files for tests, made by the real encoders. */

import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { randomPicture } from './random.ts';

/** A picture with content in it, ready to be encoded. */
export function picture(width = 48, height = 36, seed = 1): Sharp {
  const { data } = randomPicture(width, height, seed);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export function jpeg(width = 48, height = 36, seed = 1): Promise<Buffer> {
  return picture(width, height, seed).jpeg({ quality: 95 }).toBuffer();
}

export function plain(width: number, height: number, color: string): Sharp {
  return sharp({ create: { width, height, channels: 3, background: color } });
}

/** Left half transparent over hidden magenta, right half opaque green. */
export function halfTransparent(width = 64, height = 48): Sharp {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    data.set(i % width < width / 2 ? [255, 0, 255, 0] : [40, 160, 60, 255], i * 4);
  }
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** A PNG that claims to be enormous and is tiny: 1 bit per pixel, all zero. */
export function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND')]);
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Decoded pixels and size. */
export async function pixelsOf(file: Uint8Array) {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}
