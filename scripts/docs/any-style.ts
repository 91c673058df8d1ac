/** What learning any picture gives, in how long. */

import type { AnyStyleResults } from '../../test/bench/any-style.ts';

export function anyStyleTable(results: AnyStyleResults): string {
  const { machine, steps, photographs, size, paintings, medians, worstTenth, overShipped } =
    results;
  return [
    `${steps} steps for each painting, as if a style of it were not there; on ${photographs} photographs that training never saw, ${size} px`,
    `(${machine}):`,
    '',
    '| painting | begun at | seconds | content | style | content, style of the style that ships | first painting | later ones |',
    '|---|---|---|---|---|---|---|---|',
    ...paintings.map(({ name, from, seconds, learned, shipped, firstMs, laterMs }) => {
      const beside = shipped ? `${shipped.content}, ${shipped.style} (${shipped.steps} steps)` : '';
      const cells = [`\`${name}\``, `\`${from}\``, seconds, learned.content, learned.style, beside];
      return `| ${cells.join(' | ')} | ${firstMs} ms | ${laterMs} ms |`;
    }),
    '',
    `Medians: ${medians.seconds} seconds, content ${medians.content}, style ${medians.style}, content and ten times style ${medians.sum};`,
    `nine of ten stay below ${worstTenth}.${overShipped === undefined ? '' : ` The style loss is ${overShipped} times that of the style that ships.`}`,
  ].join('\n');
}
