/** What a color in Hybrid Log-Gamma looks like on a screen of standard range, by the formulas of the standards. */

type Rgb = readonly [number, number, number];

/** Brightness of the screen that HLG is meant for, over that of paper white. */
const PEAK = 10;

/** From Rec. 2020 to Rec. 709, both with linear light (ITU-R BT.2087, 2). */
const TO_REC_709: readonly Rgb[] = [
  [1.6605, -0.5876, -0.0728],
  [-0.1246, 1.1329, -0.0083],
  [-0.0182, -0.1006, 1.1187],
];

/** Of 255; the same on both sides. Tones are mapped by Hable's curve, by the largest part of the color. */
export function shownColor(hlg: Rgb): number[] {
  const scene = hlg.map((value) => sceneLight(value / 255)) as [number, number, number];
  // The system gamma of ITU-R BT.2100, table 5, is that of the brightness.
  const gain = PEAK * weighted([0.2627, 0.678, 0.0593], scene) ** 0.2;
  const light = TO_REC_709.map((row) => gain * weighted(row, scene));
  const largest = Math.max(...light);
  const mapped = light.map((value) => (value * hable(largest)) / hable(PEAK) / largest);
  // As screens show it (ITU-R BT.1886).
  return mapped.map((value) => 255 * Math.min(1, Math.max(0, value)) ** (1 / 2.4));
}

/** The inverse of the transfer function of ITU-R BT.2100, table 5. */
function sceneLight(value: number): number {
  const a = 0.17883277;
  const b = 1 - 4 * a;
  const c = 0.5 - a * Math.log(4 * a);
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
}

/** http://filmicworlds.com/blog/filmic-tonemapping-operators/ */
function hable(x: number): number {
  return (x * (0.15 * x + 0.05) + 0.004) / (x * (0.15 * x + 0.5) + 0.06) - 0.02 / 0.3;
}

function weighted([r, g, b]: Rgb, [red, green, blue]: Rgb): number {
  return r * red + g * green + b * blue;
}
