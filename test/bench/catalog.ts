/**
 * `npm run bench:catalog`: what many styles cost a server, and what one more style costs a warm
 * one. Styles beyond those that ship are copies of them under other names. `--save` keeps the
 * figures for docs/performance.md.
 */

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { MODELS_DIR } from '../support/folders.ts';
import { residentBytes, startProcess } from '../support/process.ts';
import { temporary } from '../support/temporary.ts';
import { samplePhoto } from './http.ts';
import { machineName, median, rounded, saveResults } from './report.ts';

export interface CatalogResults {
  readonly machine: string;
  readonly catalogs: readonly CatalogResult[];
}

interface CatalogResult {
  /** In the catalog. */
  readonly styles: number;
  /** Process start to the end of the first painting. */
  readonly firstPaintingMs: number;
  /** Resident after that. */
  readonly residentMegabytes: number;
  /** A painting in a style that was not loaded, over one in a style that was; the median. */
  readonly addedMs: number | null;
  /** Styles painted in by then, and resident memory. */
  readonly painted: number;
  readonly paintedMegabytes: number;
}

const SIZES = [1, 16, 1000];
const MAX_PAINTED = 64;

const photo = await samplePhoto();
const shipped = (await readdir(MODELS_DIR, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const catalogs: CatalogResult[] = [];
for (const styles of SIZES) catalogs.push(await measure(styles));

const results: CatalogResults = {
  machine: machineName(),
  catalogs,
};
console.log(results.machine);
console.table(catalogs);
console.log(JSON.stringify(results));
if (process.argv.includes('--save')) await saveResults('catalog', results);

async function measure(styles: number): Promise<CatalogResult> {
  const ids = await fill(temporary(), styles);
  const started = performance.now();
  const server = startProcess({
    PORT: '0',
    LOG_LEVEL: 'info',
    MODELS_DIR: ids.folder,
    DEFAULT_STYLE: ids.names[0]!,
  });
  const url = `${await server.url()}/v1/stylizations`;
  await paint(url, ids.names[0]!);
  const firstPaintingMs = Math.round(performance.now() - started);
  const megabytes = () => Math.round(residentBytes(server.process) / 1e6);
  const residentMegabytes = megabytes();
  const further = ids.names.slice(1, MAX_PAINTED);
  const added: number[] = [];
  for (const name of further) {
    const cold = await paint(url, name);
    added.push(cold - (await paint(url, name)));
  }
  const result = {
    styles,
    firstPaintingMs,
    residentMegabytes,
    addedMs: added.length > 0 ? rounded(median(added)) : null,
    painted: 1 + further.length,
    paintedMegabytes: megabytes(),
  };
  server.process.kill('SIGTERM');
  return result;
}

/** A models folder with so many styles. */
async function fill(folder: string, styles: number): Promise<{ folder: string; names: string[] }> {
  const names = Array.from({ length: styles }, (_, i) => {
    const name = shipped[i % shipped.length]!;
    return i < shipped.length ? name : `${name}-${Math.floor(i / shipped.length)}`;
  });
  for (const [i, name] of names.entries()) {
    await mkdir(join(folder, name));
    await cp(join(MODELS_DIR, shipped[i % shipped.length]!), join(folder, name), {
      recursive: true,
    });
    const path = join(folder, name, 'style.json');
    const style = z.looseObject({ id: z.string() }).parse(JSON.parse(await readFile(path, 'utf8')));
    await writeFile(path, JSON.stringify({ ...style, id: name }));
  }
  return { folder, names };
}

async function paint(url: string, style: string): Promise<number> {
  const started = performance.now();
  const answer = await fetch(`${url}?style=${style}`, {
    method: 'POST',
    body: new Uint8Array(photo),
    headers: { 'content-type': 'image/jpeg' },
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`Expected a painting, got ${answer.status}.`);
  return performance.now() - started;
}
