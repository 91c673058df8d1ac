/** How steady painted films are. */

import type { VideoResults } from '../../test/bench/video.ts';

export function videoTable({ machine, styles, films }: VideoResults): string {
  const cures = films[0]?.cures.map(({ name }) => name) ?? [];
  return [
    `Over ${styles.length} styles, median (worst), on ${machine}:`,
    '',
    `| film | unpainted | ${cures.join(' | ')} | aim | sharpness |`,
    `|---|---|${cures.map(() => '---').join('|')}|---|---|`,
    ...films.map(({ name, gate, unpainted, cures: found, sharpness }) => {
      const cells = found.map(({ median, worst }) => `${median} (${worst})`);
      return `| ${name} | ${unpainted} | ${cells.join(' | ')} | ${gate} | ${sharpness} |`;
    }),
    '',
    ...meanings(films),
    '- _sharpness_: of frames with all cures, over that of frames painted for themselves.',
  ].join('\n');
}

/** Films in a row that are measured alike are told once. */
function meanings(films: VideoResults['films']): string[] {
  const names = new Map<string, string[]>();
  for (const { name, meaning } of films) names.set(meaning, [...(names.get(meaning) ?? []), name]);
  return [...names].map(([meaning, alike]) => `- _${alike.join('_, _')}_: ${meaning}.`);
}
