/**
 * `npm run bench:jobs`: thousands of jobs while the processes that work on them are killed at random.
 * Prints how many were accepted, succeeded, lost and doubled: through the embedded queue, and where
 * TEST_S3_ENDPOINT names an S3 server, through SQS and S3.
 */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { startCloud } from '../support/cloud.ts';
import { s3Missing } from '../support/installed.ts';
import { jpeg } from '../support/pictures.ts';
import { type Started, startProcess } from '../support/process.ts';
import { temporary } from '../support/temporary.ts';

interface Count {
  readonly accepted: number;
  readonly succeeded: number;
  readonly lost: number;
  /** Jobs that were said to succeed more than once, or whose id is listed twice. */
  readonly doubled: number;
  readonly kills: number;
  readonly seconds: number;
}

const flags = new Command()
  .option('--embedded <number>', 'jobs through the embedded queue', Number, 5000)
  .option('--cloud <number>', 'jobs through SQS and S3', Number, 1000)
  .parse()
  .opts<{ embedded: number; cloud: number }>();

/** Between two kills: this long, and up to as much again. */
const KILL_EVERY_MS = 2000;
/** Between two looks at what is not finished; looking takes time from the work. */
const LOOK_EVERY_MS = 5000;
const CALLERS = 8;
const PATIENCE_MS = 600_000;

const photo = await jpeg(32, 24);

console.log('embedded', await embedded(flags.embedded));
if (s3Missing === undefined) console.log('SQS and S3', await cloud(flags.cloud));
else console.log(s3Missing);

async function embedded(jobs: number): Promise<Count> {
  const environment = { PORT: '18080', DATA_DIR: temporary(), LOG_LEVEL: 'info' };
  const server = await keptAlive(() => startProcess(environment));
  const count = await run('http://127.0.0.1:18080', jobs, server.kill);
  await server.end();
  return count;
}

async function cloud(jobs: number): Promise<Count> {
  const { sqs, environment } = await startCloud({ jobs: 20 });
  const front = startProcess({ ...environment, PORT: '18081', WORK: 'false' });
  await front.url();
  const workers = await Promise.all(
    [1, 2].map(() => keptAlive(() => startProcess({ ...environment, PORT: '0' }))),
  );
  const count = await run('http://127.0.0.1:18081', jobs, () =>
    workers[Math.floor(Math.random() * workers.length)]!.kill(),
  );
  await Promise.all(workers.map(({ end }) => end()));
  front.process.kill('SIGKILL');
  await sqs.stop();
  return count;
}

/** A process that is started again whenever it is killed. */
async function keptAlive(start: () => Started) {
  let current = start();
  await current.url();
  return {
    async kill() {
      current.process.kill('SIGKILL');
      await once(current.process, 'exit');
      current = start();
      await current.url();
    },
    async end() {
      current.process.kill('SIGKILL');
      await once(current.process, 'exit');
    },
  };
}

async function run(url: string, jobs: number, kill: () => Promise<void>): Promise<Count> {
  const started = Date.now();
  const accepted: string[] = [];
  let kills = 0;
  let done = false;
  const killing = (async () => {
    while (!done) {
      await sleep(KILL_EVERY_MS * (1 + Math.random()));
      if (done) return;
      await kill();
      kills += 1;
    }
  })();
  const ids = Array.from({ length: jobs }, (_, i) => `job-${i}`);
  const next = ids.values();
  const caller = async () => {
    for (const id of next) {
      await accept(url, id);
      accepted.push(id);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const succeeded: string[] = [];
  let open: readonly string[] = ids;
  while (open.length > 0 && Date.now() - started < PATIENCE_MS) {
    await sleep(LOOK_EVERY_MS);
    const found = await statuses(url, open);
    succeeded.push(...open.filter((_, i) => found[i]?.status === 'succeeded'));
    open = open.filter((_, i) => found[i]?.status !== 'succeeded');
    // What the killed ones still hide in the queue comes back after minutes; it is waited for.
    if (open.length <= jobs / 100) done = true;
  }
  done = true;
  await killing;
  return {
    accepted: accepted.length,
    succeeded: succeeded.length,
    lost: accepted.length - succeeded.length,
    doubled: await doubled(url, succeeded),
    kills,
    seconds: Math.round((Date.now() - started) / 1000),
  };
}

/** As a caller does: the same request again until it is answered. */
async function accept(url: string, id: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/v1/stylizations/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'image/jpeg', prefer: 'respond-async' },
      body: new Uint8Array(photo),
    }).catch(() => undefined);
    if (answer?.status === 202 || answer?.status === 200) return;
    await sleep(100);
  }
}

async function statuses(
  url: string,
  ids: readonly string[],
): Promise<({ status: string } | undefined)[]> {
  const found: ({ status: string } | undefined)[] = [];
  for (let i = 0; i < ids.length; i += CALLERS * 4) {
    const page = ids.slice(i, i + CALLERS * 4);
    found.push(...(await Promise.all(page.map((id) => read(`${url}/v1/stylizations/${id}`)))));
  }
  return found;
}

async function read(url: string): Promise<{ status: string } | undefined> {
  const answer = await fetch(url).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { status: string }) : undefined;
}

/** Counts the end of each job in its stream of events, and its places in the list. */
async function doubled(url: string, ids: readonly string[]): Promise<number> {
  const listed = new Map<string, number>();
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) });
    const answer = await fetch(`${url}/v1/stylizations?${query}`);
    const page = (await answer.json()) as {
      stylizations: { id: string }[];
      next_cursor: string | null;
    };
    for (const { id } of page.stylizations) listed.set(id, (listed.get(id) ?? 0) + 1);
    cursor = page.next_cursor;
  } while (cursor !== null);
  let twice = 0;
  for (const id of ids) {
    const text = await (await fetch(`${url}/v1/stylizations/${id}/events`)).text();
    const ends = text.match(/^event: (?:succeeded|failed|canceled)$/gm)?.length ?? 0;
    if (ends > 1 || (listed.get(id) ?? 0) > 1) twice += 1;
  }
  return twice;
}
