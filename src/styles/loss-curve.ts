/** The losses of a training run as a drawing. */

import type { StyleManifest } from './manifest.ts';

type Losses = NonNullable<StyleManifest['training']>['losses'];

const [WIDTH, HEIGHT] = [640, 240];
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 16, 16, 32];

const LINES = [
  { name: 'content', column: 1, colour: '#3b6ea5' },
  { name: 'style', column: 2, colour: '#c8553d' },
] as const;

/** An SVG with one line per loss over the steps, on a logarithmic axis. At least two steps. */
export function lossCurve(losses: Losses): string {
  const values = losses.flatMap(([, content, style]) => [content, style]);
  const [low, high] = [Math.floor(log(Math.min(...values))), Math.ceil(log(Math.max(...values)))];
  const [first, last] = [losses[0]![0], losses.at(-1)![0]];
  const x = (step: number) =>
    LEFT + ((WIDTH - LEFT - RIGHT) * (step - first)) / Math.max(1, last - first);
  const y = (value: number) =>
    TOP + ((HEIGHT - TOP - BOTTOM) * (high - log(value))) / Math.max(1, high - low);
  const decades = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...decades.map((value) => gridLine(y(value), String(Number(value.toPrecision(1))))),
    ...LINES.map(({ name, column, colour }, i) => {
      const points = losses.map((row) => `${x(row[0]).toFixed(1)},${y(row[column]).toFixed(1)}`);
      return (
        `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>` +
        `<text x="${WIDTH - RIGHT - 60}" y="${TOP + 14 * (i + 1)}" fill="${colour}">${name}</text>`
      );
    }),
    `<text x="${LEFT}" y="${HEIGHT - 10}">step ${first}</text>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 10}" text-anchor="end">${last}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function gridLine(y: number, label: string): string {
  const place = y.toFixed(1);
  return (
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${place}" y2="${place}" stroke="#ddd"/>` +
    `<text x="${LEFT - 8}" y="${(y + 4).toFixed(1)}" text-anchor="end" fill="#666">${label}</text>`
  );
}

/** Losses of zero are drawn as very small ones. */
function log(value: number): number {
  return Math.log10(Math.max(value, 1e-6));
}
