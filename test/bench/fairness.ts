/**
 * `npm run bench:fairness`: how long a painting takes while two tenants have styles learned at the same time, against
 * nobody learning anything. `--photos` and `--loss-network` name real ones; small ones are made where they are absent.
 */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { bearer, keysOf } from '../support/keys.ts';
import { startProcess } from '../support/process.ts';
import { workshopSettings } from '../support/workshop.ts';
import { samplePhoto } from './http.ts';
import { machineName, quantile } from './report.ts';

const { paintings, photos, lossNetwork } = new Command()
  .option('--paintings <number>', 'paintings in each round', Number, 200)
  .option('--photos <folder>', 'photographs to practice on')
  .option('--loss-network <place>', 'file or folder of VGG19')
  .parse()
  .opts<{ paintings: number; photos?: string; lossNetwork?: string }>();

/** More than are done while anybody looks. */
const STEPS = '10000';

const { keys, text } = keysOf({
  painter: { tenant: 'painter' },
  one: { tenant: 'one' },
  other: { tenant: 'other' },
});
const photo = await samplePhoto();
const server = startProcess({
  PORT: '0',
  LOG_LEVEL: 'info',
  ACCESS_KEYS: text,
  TRAINING_CONCURRENCY: '2',
  ...(await workshopSettings()),
  ...(photos && { TRAINING_PHOTOS_DIR: photos }),
  ...(lossNetwork && { LOSS_NETWORK: lossNetwork }),
});
const url = await server.url();

/** Sent one after the other, by somebody who waits for each. */
async function round(): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < paintings; i += 1) {
    const begun = performance.now();
    const answer = await fetch(`${url}/v1/stylizations?style=udnie`, {
      method: 'POST',
      headers: { ...bearer(keys.painter), 'content-type': 'image/jpeg' },
      body: photo,
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`Expected a painting, got ${answer.status}.`);
    times.push(performance.now() - begun);
  }
  return times;
}

async function learn(tenant: 'one' | 'other'): Promise<() => Promise<number>> {
  const headers = bearer(keys[tenant]);
  const answer = await fetch(`${url}/v1/styles?id=new&rights=mine&steps=${STEPS}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'image/jpeg' },
    body: photo,
  });
  if (!answer.ok)
    throw new Error(`Expected a training, got ${answer.status}: ${await answer.text()}`);
  const { id } = (await answer.json()) as { id: string };
  return async () => {
    const found = await fetch(`${url}/v1/trainings/${id}`, { headers });
    const { progress } = (await found.json()) as { progress: { done: number } | null };
    return progress?.done ?? 0;
  };
}

await round();
const alone = await round();
const tenants = [await learn('one'), await learn('other')];
const steps = () => Promise.all(tenants.map((done) => done()));
while ((await steps()).includes(0)) await sleep(200);
const before = await steps();
const beside = await round();
const after = await steps();
server.process.kill('SIGTERM');
await once(server.process, 'exit');

const row = (times: readonly number[]) => ({
  p50Ms: Math.round(quantile(times, 0.5)),
  p99Ms: Math.round(quantile(times, 0.99)),
});
const result = {
  machine: machineName(),
  paintings,
  alone: row(alone),
  beside: row(beside),
  ratioOfP99: Number((quantile(beside, 0.99) / quantile(alone, 0.99)).toFixed(2)),
  stepsMeanwhile: after.map((done, i) => done - before[i]!),
};
console.table({ alone: result.alone, 'beside two trainings': result.beside });
console.log(JSON.stringify(result));
