/** Writes the generated parts of the documentation; with `--check`, fails where they are stale. */

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { configSchema } from '../src/config.ts';
import { problemTypes } from '../src/errors.ts';
import { openCatalogue } from '../src/styles/catalogue.ts';
import type { BenchResults } from '../test/bench/report.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const parts: Record<string, { file: string; make: () => Promise<string> }> = {
  configuration: { file: 'docs/configuration.md', make: async () => configurationTable() },
  problems: { file: 'docs/api.md', make: async () => problemTable() },
  styles: { file: 'README.md', make: styleTable },
  benchmarks: { file: 'README.md', make: benchmarkTables },
};

/** One machine, so that defaults read the same wherever the table is made. */
const EXAMPLE = { cores: 2, memoryBytes: 8 * 2 ** 30, modelsDir: 'models', distDir: 'dist' };

function configurationTable(): string {
  const schema = configSchema(EXAMPLE);
  const rows = Object.entries(schema.shape).map(
    ([name, field]) => `| \`${name}\` | \`${field.parse(undefined)}\` | ${field.description} |`,
  );
  return ['| variable | default (2 cores, 8 GiB) | meaning |', '|---|---|---|', ...rows].join('\n');
}

function problemTable(): string {
  const rows = Object.entries(problemTypes).map(
    ([type, { status, title }]) => `| \`${type}\` | ${status} | ${title} |`,
  );
  return ['| type | status | title |', '|---|---|---|', ...rows].join('\n');
}

async function styleTable(): Promise<string> {
  const { styles } = await openCatalogue(`${root}models`);
  const rows = styles.map(
    ({ id, title, artist, year }) =>
      `| <img src="models/${id}/preview.jpg" width="192" alt=""> | [\`${id}\`](models/${id}/README.md) | ${title}, ${artist}, ${year} |`,
  );
  return ['| | style | painting |', '|---|---|---|', ...rows].join('\n');
}

async function benchmarkTables(): Promise<string> {
  const text = await readFile(`${root}docs/benchmarks.json`, 'utf8');
  const { machine, networks, http } = JSON.parse(text) as BenchResults;
  const { totalMs, networkMs, aroundMs } = http.oneAtATime;
  const best = http.concurrent.reduce((a, b) =>
    b.paintingsPerSecond > a.paintingsPerSecond ? b : a,
  );
  return [
    `Medians on ${machine.processor}, ${machine.cores} cores, Node ${machine.node}. "Classic" is the network of`,
    'Johnson et al. (2016), built from the same layer records and run by the same engine, in turn.',
    '',
    '| engine | threads | size | Impasto | classic | times faster |',
    '|---|---|---|---|---|---|',
    ...networks.map(
      ({ engine, threads, side, impastoMs, classicMs, ratio }) =>
        `| ${engine} | ${threads} | ${side} x ${side} | ${impastoMs} ms | ${classicMs} ms | ${ratio} |`,
    ),
    '',
    `Over HTTP, 512 x 512 JPEG in and out, one request at a time: **${totalMs} ms**, of which the network`,
    `takes ${networkMs} ms and everything around it ${aroundMs} ms. With ${best.callers} callers at once:`,
    `${best.paintingsPerSecond} paintings a second. From process start to the first painting: ${http.firstPaintingMs} ms.`,
  ].join('\n');
}

function between(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`Expected the marks "${begin}" and "${end}".`);
  }
  return `${before}${begin}\n${content}\n${end}${after}`;
}

const documents = new Map<string, string>();
for (const [name, { file, make }] of Object.entries(parts)) {
  const document = documents.get(file) ?? (await readFile(`${root}${file}`, 'utf8'));
  documents.set(file, between(document, name, await make()));
}

const checkOnly = process.argv.includes('--check');
for (const [file, document] of documents) {
  if ((await readFile(`${root}${file}`, 'utf8')) === document) continue;
  if (checkOnly) {
    console.error(`${file} is stale: run "npm run check:fix".`);
    process.exitCode = 1;
  } else {
    await writeFile(`${root}${file}`, document);
    console.log(`${file} written`);
  }
}
