/** How regular a texture is: peaks of its power spectrum. */

/** Side in pixels of the squares whose spectrum is taken. */
export const TILE = 64;

/** Frequencies below this are large forms, not texture. */
const LOWEST = 4;

/** Places in the spectrum whose median is a peak's neighborhood. */
const RADIUS = 4;

/**
 * Power of a wave of a quarter of a gray level under the window. Nobody sees weaker ones; 8 bits leave such at the pixel
 * frequency, where smoothing has left nothing else to stand beside them.
 */
const UNSEEN = ((0.25 / 2) * (TILE / 2) ** 2) ** 2;

/** The highest peak of the mean power spectrum over the median around it; NaN without tiles. */
export function spectrumPeak(tiles: readonly Float32Array[]): number {
  if (tiles.length === 0) return Number.NaN;
  const power = new Float64Array(TILE * TILE);
  for (const tile of tiles) {
    powerSpectrum(tile).forEach((value, i) => {
      power[i]! += value / tiles.length;
    });
  }
  let highest = 0;
  for (let y = 0; y < TILE; y += 1) {
    for (let x = 0; x <= TILE / 2; x += 1) {
      if (Math.hypot(x, Math.min(y, TILE - y)) < LOWEST) continue;
      const around = Math.max(UNSEEN, medianAround(power, y, x));
      highest = Math.max(highest, power[y * TILE + x]! / around);
    }
  }
  return highest;
}

function medianAround(power: Float64Array, y: number, x: number): number {
  const around: number[] = [];
  for (let dy = -RADIUS; dy <= RADIUS; dy += 1) {
    for (let dx = -RADIUS; dx <= RADIUS; dx += 1) {
      const [row, column] = [(y + dy + TILE) % TILE, (x + dx + TILE) % TILE];
      if (dy !== 0 || dx !== 0) around.push(power[row * TILE + column]!);
    }
  }
  return around.sort((a, b) => a - b)[around.length >> 1]!;
}

const COSINES = Float64Array.from({ length: TILE }, (_, i) => Math.cos((2 * Math.PI * i) / TILE));
const WINDOW = COSINES.map((cosine) => (1 - cosine) / 2);

/** Of a tile under a Hann window, its mean taken away; row by row of frequencies. */
function powerSpectrum(tile: Float32Array): Float64Array {
  const mean = tile.reduce((sum, value) => sum + value, 0) / tile.length;
  const windowed = Float64Array.from(
    tile,
    (value, i) => (value - mean) * WINDOW[i % TILE]! * WINDOW[Math.floor(i / TILE)]!,
  );
  const imaginary = new Float64Array(TILE * TILE);
  transformRows(windowed, imaginary);
  const [real, other] = [transposed(windowed), transposed(imaginary)];
  transformRows(real, other);
  return transposed(real.map((value, i) => value * value + other[i]! * other[i]!));
}

/** Discrete Fourier transform of every row, in place. */
function transformRows(real: Float64Array, imaginary: Float64Array): void {
  for (let begin = 0; begin < real.length; begin += TILE) {
    const [re, im] = [real.slice(begin, begin + TILE), imaginary.slice(begin, begin + TILE)];
    for (let k = 0; k < TILE; k += 1) {
      let [a, b] = [0, 0];
      for (let n = 0; n < TILE; n += 1) {
        const turn = (k * n) % TILE;
        const [cosine, sine] = [COSINES[turn]!, COSINES[(turn + (TILE * 3) / 4) % TILE]!];
        a += re[n]! * cosine + im[n]! * sine;
        b += im[n]! * cosine - re[n]! * sine;
      }
      real[begin + k] = a;
      imaginary[begin + k] = b;
    }
  }
}

function transposed(matrix: Float64Array): Float64Array {
  return matrix.map((_, i) => matrix[(i % TILE) * TILE + Math.floor(i / TILE)]!);
}
