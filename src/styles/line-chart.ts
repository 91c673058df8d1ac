/** Lines over a logarithmic vertical axis, as an SVG drawing. */

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  /** For those who do not see it. */
  readonly title: string;
  readonly lines: readonly Line[];
  /** What the horizontal axis counts. */
  readonly xLabel: string;
  readonly xScale: 'linear' | 'logarithmic';
  /** What the vertical axis counts, where the lines' names do not say. */
  readonly yLabel?: string;
}

const [WIDTH, HEIGHT] = [640, 260];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 176, 28, 40];
const COLORS = [
  '#3b6ea5',
  '#c8553d',
  '#4f8a5b',
  '#8c6bb1',
  '#b8860b',
  '#5f6b73',
  '#d17ba5',
  '#2fa3a0',
];

/** Values of zero are drawn as very small ones. */
const LEAST = 1e-6;

/** At least two points in all. */
export function lineChart({ title, lines, xLabel, xScale, yLabel = '' }: LineChart): string {
  const points = lines.flatMap((line) => line.points);
  const xs = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const x = place(xs, xScale === 'linear' ? (value) => value : log, LEFT, WIDTH - RIGHT);
  const decades = decadesAround(points.map(([, y]) => y));
  const y = place(decades, log, HEIGHT - BOTTOM, TOP);
  const ticks = xScale === 'linear' ? [xs[0]!, xs.at(-1)!] : xs;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...decades.map((value) => gridLine(y(value), readable(value))),
    ...ticks.map((value) => text(x(value), HEIGHT - BOTTOM + 16, readable(value), 'middle')),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, xLabel, 'middle'),
    text(LEFT, 16, yLabel, 'start'),
    ...lines.map((line, i) => drawn(line, COLORS[i % COLORS.length]!, i, x, y)),
    '</svg>',
    '',
  ].join('\n');
}

function drawn(
  { name, points }: Line,
  color: string,
  index: number,
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  const path = points.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' ');
  const label = text(WIDTH - RIGHT + 12, TOP + 14 * (index + 1), name, 'start', color);
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>${label}`;
}

function gridLine(y: number, label: string): string {
  const at = y.toFixed(1);
  return (
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#ddd"/>` +
    text(LEFT - 8, y + 4, label, 'end')
  );
}

function text(x: number, y: number, content: string, anchor: string, color = '#555'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
}

/** From the first value's place to the last one's. */
function place(
  values: readonly number[],
  scale: (value: number) => number,
  begin: number,
  end: number,
): (value: number) => number {
  const [first, last] = [scale(values[0]!), scale(values.at(-1)!)];
  return (value) => begin + ((end - begin) * (scale(value) - first)) / (last - first || 1);
}

function decadesAround(values: readonly number[]): number[] {
  const low = Math.floor(log(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(log(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

function log(value: number): number {
  return Math.log10(Math.max(value, LEAST));
}

function readable(value: number): string {
  return String(Number(value.toPrecision(4)));
}
