/** What styles that are told at once are worth, and how they are served. */

import type { InstantResults } from '../../test/bench/instant.ts';

export function instantTable(results: InstantResults): string {
  const { machine, photographs, size, paintings, meanSum, medianSum, served } = results;
  const { pictures, firstMs, laterMs, othersAloneP99Ms, othersBesideP99Ms } = served;
  const { residentMegabytesAtTenth, residentMegabytes } = served;
  return [
    `On ${photographs} photographs that training never saw, ${size} px (${machine}):`,
    '',
    '| painting | content | style | content and ten times style |',
    '|---|---|---|---|',
    ...paintings.map(
      ({ name, content, style, sum }) => `| \`${name}\` | ${content} | ${style} | ${sum} |`,
    ),
    '',
    `Content and ten times style: mean ${meanSum}, median ${medianSum}.`,
    '',
    `${pictures} different pictures, sent one after the other to a server beside somebody who paints in a style that ships: a first`,
    `painting like a picture takes ${firstMs} ms, a later one ${laterMs} ms; the other's 99th percentile is ${othersAloneP99Ms} ms alone and`,
    `${othersBesideP99Ms} ms beside; the server holds at most ${residentMegabytesAtTenth} MB up to a tenth of the pictures, and ${residentMegabytes} MB up to the last.`,
  ].join('\n');
}
