/** Pixels of any encoding -> sRGB bytes, by tables. */

import { type Encoding, fromSrgb, toSrgb } from './encoding.ts';
import { identity } from './matrix.ts';

/** Interleaved samples of 8 or 16 bits. */
export type Samples = Uint8Array | Uint16Array;

/** Three channels, or four of which the last is alpha -> as many bytes per pixel. */
export type Conversion = (samples: Samples) => Uint8Array;

/** Entries for light of 0..1: a step is a twentieth of a gray level where it is darkest. */
const STEPS = 65_535;

/** Light beyond this is rolled off where there is more than white, so that highlights keep shape. */
const KNEE = 0.85;

/** HLG (BT.2100, note 5f): the brightest that the picture is meant for, over diffuse white. */
const HLG_PEAK = 1000 / 203;
const HLG_SYSTEM_GAMMA = 1.2;

let bytesOfLight: Uint8Array | undefined;

/** Made at first use. */
function srgbBytes(): Uint8Array {
  bytesOfLight ??= Uint8Array.from({ length: STEPS + 1 }, (_, i) =>
    Math.round(255 * toSrgb(i / STEPS)),
  );
  return bytesOfLight;
}

/** Of samples with that many bits; sRGB where there is no encoding. */
export function conversion(
  encoding: Encoding | undefined,
  bits: 8 | 16,
  channels: number,
): Conversion {
  const most = 2 ** bits - 1;
  const light = lightTable(encoding?.toLight ?? fromSrgb, most);
  const bytes = srgbBytes();
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = encoding?.toSrgb ?? identity();
  const roll = encoding?.highDynamicRange === true;
  const weights = encoding?.luminance;
  return (samples) => {
    const result = new Uint8Array(samples.length);
    for (let at = 0; at < samples.length; at += channels) {
      const [r, g, b] = [light[samples[at]!]!, light[samples[at + 1]!]!, light[samples[at + 2]!]!];
      const red = rr * r + rg * g + rb * b;
      const green = gr * r + gg * g + gb * b;
      const blue = br * r + bg * g + bb * b;
      let gain = STEPS;
      if (weights) gain *= systemGain(weights[0] * r + weights[1] * g + weights[2] * b);
      if (roll) gain *= rolledOff((Math.max(red, green, blue) * gain) / STEPS);
      result[at] = bytes[step(red * gain)]!;
      result[at + 1] = bytes[step(green * gain)]!;
      result[at + 2] = bytes[step(blue * gain)]!;
      if (channels === 4) result[at + 3] = Math.round((samples[at + 3]! * 255) / most);
    }
    return result;
  };
}

function lightTable(toLight: (value: number) => number, most: number): Float32Array {
  return Float32Array.from({ length: most + 1 }, (_, i) => toLight(i / most));
}

/** From light of the scene to that of a display (BT.2100 table 5, HLG's OOTF). */
function systemGain(luminance: number): number {
  return HLG_PEAK * luminance ** (HLG_SYSTEM_GAMMA - 1);
}

function step(value: number): number {
  return value <= 0 ? 0 : value >= STEPS ? STEPS : Math.round(value);
}

/** By what a pixel is darkened whose brightest channel has this light; it keeps its hue. */
function rolledOff(light: number): number {
  if (light <= KNEE) return 1;
  const beyond = (light - KNEE) / (1 - KNEE);
  return (KNEE + ((1 - KNEE) * beyond) / (1 + beyond)) / light;
}
