/** What `npm run bench:techniques` and `npm run bench:quality` measured. */

import type { Catalog } from '../../src/styles/catalog.ts';
import type { TechniqueResult, TechniqueResults } from '../../test/bench/techniques-report.ts';

export function techniqueTable({ from, run, evaluated, techniques }: TechniqueResults): string {
  return [
    `Every run: from \`${from}\`, \`${run}\`, then measured on ${evaluated.photographs} photographs that training`,
    `never saw, ${evaluated.size} px at the long edge. "Its own loss" is the weighted sum by the technique's own`,
    "measure: of the recipe's network → of the technique's.",
    '',
    '| | technique, option | content | style | its own loss | |',
    '|---|---|---|---|---|---|',
    ...techniques.map(techniqueRow),
  ].join('\n');
}

function techniqueRow({ name, title, option, content, style, own, note }: TechniqueResult): string {
  const cells = [
    `<img src="images/techniques/${name}.jpg" width="160" alt="">`,
    option === '' ? title : `${title}<br>\`${option}\``,
    content.toFixed(3),
    style.toFixed(4),
    own ? `${own.recipe.toFixed(3)} → ${own.technique.toFixed(3)}` : '',
    note ?? '',
  ];
  return `| ${cells.join(' | ')} |`;
}

export function qualityTables({ styles }: Catalog): string {
  const measured = styles.flatMap(({ id, quality }) => (quality ? [{ id, ...quality }] : []));
  const whole = measured.filter(({ iterations }) => iterations && iterations.losses.length > 1);
  const milestones = whole[0]?.iterations?.losses.map(([at]) => at) ?? [];
  return [
    '| style | content | style | style of the photographs | iterations worth |',
    '|---|---|---|---|---|',
    ...measured.map(
      ({ id, content, style, photographStyle, iterations }) =>
        `| \`${id}\` | ${content.toFixed(3)} | ${style.toFixed(4)} | ${photographStyle.toFixed(4)} | ` +
        `${iterations?.equal ?? `more than ${iterations?.run}`} |`,
    ),
    '',
    'The slow method on one photograph, content / style after so many iterations:',
    '',
    `| style | ${milestones.join(' | ')} |`,
    `|---|${milestones.map(() => '---').join('|')}|`,
    ...whole.map(({ id, iterations }) => {
      const cells = iterations?.losses.map(
        ([, content, style]) => `${content.toFixed(3)} / ${style.toFixed(4)}`,
      );
      return `| \`${id}\` | ${cells?.join(' | ')} |`;
    }),
  ].join('\n');
}
