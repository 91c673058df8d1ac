/** The gallery, and the pages of each style that follow from its manifest. */

import type { Catalog } from '../../src/styles/catalog.ts';
import { documents } from '../../src/styles/import.ts';

const COLUMNS = 4;

export function gallery({ styles }: Catalog): string {
  const cells = styles.map(
    ({ id, title, artist, year }) =>
      `<td align="center"><img src="models/${id}/preview.jpg" width="200" alt="${title}"><br>` +
      `<a href="models/${id}/README.md"><code>${id}</code></a><br>` +
      `<sub>${title}, ${artist}, ${year}</sub></td>`,
  );
  const rows = Array.from({ length: Math.ceil(cells.length / COLUMNS) }, (_, i) => [
    '<tr>',
    ...cells.slice(i * COLUMNS, (i + 1) * COLUMNS),
    '</tr>',
  ]);
  return ['<table>', ...rows.flat(), '</table>'].join('\n');
}

export function styleTable({ styles }: Catalog): string {
  return [
    '| style | painting | in 8 bits: difference, of 255 | light: parameters, difference, of 255 |',
    '|---|---|---|---|',
    ...styles.map(({ id, title, artist, year, int8, light }) => {
      const lighter = light
        ? `${light.parameters.toLocaleString('en-US')}, ${light.difference.toFixed(2)}`
        : '';
      return (
        `| [\`${id}\`](../models/${id}/README.md) | ${title}, ${artist}, ${year} ` +
        `| ${int8 ? int8.difference.toFixed(2) : ''} | ${lighter} |`
      );
    }),
  ].join('\n');
}

/** Cards and loss curves by path. */
export function stylePages({ styles }: Catalog): Map<string, string> {
  return new Map(
    styles.flatMap((style) =>
      Object.entries(documents(style)).map(([name, content]): [string, string] => [
        `models/${style.id}/${name}`,
        content,
      ]),
    ),
  );
}
