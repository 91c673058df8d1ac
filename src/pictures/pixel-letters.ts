/** Names of styles as pictures: letters of 5 x 7 dots, on machines with whatever fonts or none. */

import type { Picture } from './picture.ts';

/** In letters, of what a row of text is high and wide; a column of space follows each letter. */
const ROWS = 7;
const COLUMNS = 5;

/** Five columns of each letter in hexadecimal, their lowest bit on top. */
const LETTERS: Readonly<Record<string, string>> = {
  '-': '0808080808',
  '0': '3e5149453e',
  '1': '00427f4000',
  '2': '4261514946',
  '3': '2141454b31',
  '4': '1814127f10',
  '5': '2745454539',
  '6': '3c4a494930',
  '7': '0171090503',
  '8': '3649494936',
  '9': '064949291e',
  a: '2054545478',
  b: '7f48444438',
  c: '3844444420',
  d: '384444487f',
  e: '3854545418',
  f: '087e090102',
  g: '0c5252523e',
  h: '7f08040478',
  i: '00447d4000',
  j: '2040443d00',
  k: '7f10284400',
  l: '00417f4000',
  m: '7c04180478',
  n: '7c08040478',
  o: '3844444438',
  p: '7c14141408',
  q: '081414187c',
  r: '7c08040408',
  s: '4854545420',
  t: '043f444020',
  u: '3c4040207c',
  v: '1c2040201c',
  w: '3c4030403c',
  x: '4428102844',
  y: '0c5050503c',
  z: '4464544c44',
};

const PAPER = 255;
const INK = 40;

/**
 * A style's name in dark letters on white, each dot `dot` pixels wide. What is neither a small letter, a digit nor a
 * hyphen is left blank.
 */
export function writtenName(name: string, dot: number): Picture {
  const columns = [...name].flatMap((letter) => [...columnsOf(letter), 0]).slice(0, -1);
  const [width, height] = [columns.length * dot, ROWS * dot];
  const data = new Uint8Array(width * height * 3).fill(PAPER);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isInk = ((columns[Math.floor(x / dot)] ?? 0) >> Math.floor(y / dot)) & 1;
      if (isInk) data.fill(INK, (y * width + x) * 3, (y * width + x + 1) * 3);
    }
  }
  return { width, height, data };
}

function columnsOf(letter: string): number[] {
  const hex = LETTERS[letter] ?? '';
  return Array.from({ length: COLUMNS }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2) || '0', 16),
  );
}
