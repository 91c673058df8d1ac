/** Three by three, by rows. */

export type Vector = readonly [number, number, number];
export type Matrix = readonly [Vector, Vector, Vector];

export function identity(): Matrix {
  return [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
}

export function product(a: Matrix, b: Matrix): Matrix {
  const row = ([x, y, z]: Vector): Vector => [
    x * b[0][0] + y * b[1][0] + z * b[2][0],
    x * b[0][1] + y * b[1][1] + z * b[2][1],
    x * b[0][2] + y * b[1][2] + z * b[2][2],
  ];
  return [row(a[0]), row(a[1]), row(a[2])];
}

/** Undefined where there is none. */
export function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix | undefined {
  const [x, y, z] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const determinant = a * x + b * y + c * z;
  if (Math.abs(determinant) < 1e-9) return undefined;
  const scaled = (p: number, q: number, r: number): Vector => [
    p / determinant,
    q / determinant,
    r / determinant,
  ];
  return [
    scaled(x, c * h - b * i, b * f - c * e),
    scaled(y, a * i - c * g, c * d - a * f),
    scaled(z, b * g - a * h, a * e - b * d),
  ];
}
