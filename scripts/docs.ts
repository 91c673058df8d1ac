/** Writes the generated parts of the documentation; with `--check`, fails where they are stale. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCatalog } from '../src/styles/catalog.ts';
import { DISTILLATION, OPTIMIZATION, TRAINING } from '../src/training/hyperparameters.ts';
import { anyStyleTable } from './docs/any-style.ts';
import { benchmarkPlots, benchmarkSummary, benchmarkTable } from './docs/benchmarks.ts';
import { coldTable } from './docs/cold.ts';
import { firstVisit } from './docs/first-visit.ts';
import { hyperparameterTable } from './docs/hyperparameters.ts';
import { instantTable } from './docs/instant.ts';
import { metricTable } from './docs/metrics.ts';
import { optionsTable } from './docs/options.ts';
import { pageTable } from './docs/page.ts';
import {
  catalogPlots,
  catalogTable,
  int8Table,
  largeProfileTable,
  largeTable,
  loadTable,
  mixedTable,
  profileTable,
  threadsTable,
} from './docs/performance.ts';
import { requestTable } from './docs/requests.ts';
import { configurationTable, problemTable } from './docs/settings.ts';
import { gallery, stylePages, styleTable } from './docs/styles.ts';
import { tenantCounts } from './docs/tenants.ts';
import { traceTree } from './docs/traces.ts';
import { qualityTables, techniqueTable } from './docs/training.ts';
import { videoTable } from './docs/video.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readResults = async (name: string) =>
  JSON.parse(await readFile(`${root}bench/results/${name}.json`, 'utf8'));

const benchmarks = await readResults('benchmarks');
const catalogs = await readResults('catalog');
const catalog = await openCatalog(`${root}models`);

/** What stands between the marks of a page, by the name in the marks. */
const parts: readonly { file: string; name: string; content: string }[] = [
  { file: 'docs/configuration.md', name: 'configuration', content: configurationTable() },
  { file: 'docs/operations.md', name: 'metrics', content: metricTable() },
  {
    file: 'docs/operations.md',
    name: 'requests',
    content: requestTable(await readResults('requests')),
  },
  {
    file: 'docs/operations.md',
    name: 'trace',
    content: traceTree(await readResults('trace')),
  },
  { file: 'docs/api.md', name: 'options', content: optionsTable() },
  { file: 'docs/api.md', name: 'problems', content: problemTable() },
  { file: 'README.md', name: 'styles', content: gallery(catalog) },
  { file: 'docs/styles.md', name: 'style-table', content: styleTable(catalog) },
  {
    file: 'README.md',
    name: 'first-visit',
    content: firstVisit(await readResults('first-visit')),
  },
  {
    file: 'README.md',
    name: 'benchmarks',
    content: benchmarkSummary(benchmarks),
  },
  { file: 'docs/performance.md', name: 'benchmarks', content: benchmarkTable(benchmarks) },
  { file: 'docs/deploy.md', name: 'cold', content: coldTable(await readResults('cold')) },
  {
    file: 'docs/deploy.md',
    name: 'tenants',
    content: tenantCounts(await readResults('tenants')),
  },
  {
    file: 'docs/performance.md',
    name: 'profile',
    content: profileTable(await readResults('profile')),
  },
  {
    file: 'docs/performance.md',
    name: 'catalog',
    content: catalogTable(catalogs),
  },
  { file: 'docs/performance.md', name: 'int8', content: int8Table(catalog) },
  {
    file: 'docs/performance.md',
    name: 'threads',
    content: threadsTable(await readResults('threads')),
  },
  {
    file: 'docs/performance.md',
    name: 'load',
    content: loadTable(await readResults('load')),
  },
  {
    file: 'docs/performance.md',
    name: 'large',
    content: largeTable(await readResults('large')),
  },
  {
    file: 'docs/performance.md',
    name: 'large-profile',
    content: largeProfileTable(await readResults('large-profile')),
  },
  {
    file: 'docs/performance.md',
    name: 'page',
    content: pageTable(await readResults('page')),
  },
  {
    file: 'docs/performance.md',
    name: 'mixed',
    content: mixedTable(await readResults('mixed')),
  },
  {
    file: 'docs/training.md',
    name: 'any-style',
    content: anyStyleTable(await readResults('any-style')),
  },
  {
    file: 'docs/training.md',
    name: 'instant',
    content: instantTable(await readResults('instant')),
  },
  { file: 'docs/video.md', name: 'video', content: videoTable(await readResults('video')) },
  {
    file: 'docs/training.md',
    name: 'training-options',
    content: hyperparameterTable(TRAINING),
  },
  {
    file: 'docs/training.md',
    name: 'optimization-options',
    content: hyperparameterTable(OPTIMIZATION),
  },
  {
    file: 'docs/training.md',
    name: 'distillation-options',
    content: hyperparameterTable(DISTILLATION),
  },
  { file: 'docs/training.md', name: 'quality', content: qualityTables(catalog) },
  {
    file: 'docs/training.md',
    name: 'techniques',
    content: techniqueTable(await readResults('techniques')),
  },
];

const pages = new Map([
  ...stylePages(catalog),
  ...benchmarkPlots(benchmarks),
  ...catalogPlots(catalogs),
]);
for (const { file, name, content } of parts) {
  const page = pages.get(file) ?? (await readFile(`${root}${file}`, 'utf8'));
  pages.set(file, between(page, name, content));
}

const checkOnly = process.argv.includes('--check');
for (const [file, page] of pages) {
  const present = await readFile(`${root}${file}`, 'utf8').catch(() => undefined);
  if (present === page) continue;
  if (checkOnly) {
    console.error(`${file} is stale: run "npm run check:fix".`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(`${root}${file}`), { recursive: true });
    await writeFile(`${root}${file}`, page);
    console.log(`${file} written`);
  }
}

function between(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`Expected the marks "${begin}" and "${end}".`);
  }
  return `${before}${begin}\n${content}\n${end}${after}`;
}
