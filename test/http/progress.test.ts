/** The event stream of a job that takes long: its statuses, and how far it is in between. */

import { expect, test } from 'vitest';
import type { Services } from '../../src/services/services.ts';
import { jobRequest } from '../support/job-request.ts';
import { useServer } from '../support/server.ts';

const server = useServer({}, { WORK: false });

interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: { readonly status: string; readonly progress?: object | null };
}

const begin = async (jobs: Services['jobs'], id: string) => {
  await jobs.submit(jobRequest(id));
  await jobs.start(id, 'mine');
  await jobs.process(id, 'mine');
};

const follow = (id: string, lastEvent = '0') =>
  fetch(`${server.url()}/v1/stylizations/${id}/events`, {
    headers: { 'last-event-id': lastEvent },
  });

/** What comes until the stream ends; `act` is called behind each event. */
async function eventsOf(
  answer: Response,
  act: (event: StreamEvent) => Promise<unknown>,
): Promise<StreamEvent[]> {
  const seen: StreamEvent[] = [];
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks.filter((each) => each.includes('event:'))) {
      const event = parse(block);
      seen.push(event);
      await act(event);
    }
  }
  return seen;
}

function parse(block: string): StreamEvent {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  return { id: field('id'), event: field('event')!, data: JSON.parse(field('data')!) };
}

test('progress comes between the statuses, with the job as data and no number of its own', async () => {
  const { jobs } = server.services();
  await begin(jobs, 'long');
  const steps = (done: number) => ({ done, total: 9, unit: 'steps' });
  const events = await eventsOf(await follow('long'), async ({ event, data }) => {
    if (event === 'processing') await jobs.advance('long', 'mine', steps(3));
    else if (event === 'progress' && JSON.stringify(data.progress).includes('3'))
      await jobs.advance('long', 'mine', steps(9));
    else if (event === 'progress')
      await jobs.fail('long', { type: 'internal', detail: 'It is over.' });
  });
  expect(events.map(({ id, event }) => [id, event])).toEqual([
    ['1', 'queued'],
    ['2', 'starting'],
    ['3', 'processing'],
    [undefined, 'progress'],
    [undefined, 'progress'],
    ['4', 'failed'],
  ]);
  const progress = events.map(({ data }) => data.progress);
  expect(progress.slice(2)).toEqual([null, steps(3), steps(9), null]);
});

test('a new picture of it is an event of its own, told once', async () => {
  const { jobs } = server.services();
  await begin(jobs, 'shown');
  const steps = (done: number, preview: number) => ({ done, total: 9, unit: 'steps', preview });
  const turns = [steps(1, 1), steps(2, 1), steps(2, 2)];
  const events = await eventsOf(await follow('shown', '2'), async () => {
    const next = turns.shift();
    if (next) await jobs.advance('shown', 'mine', next);
    else await jobs.fail('shown', { type: 'internal', detail: 'It is over.' });
  });
  const names = events.map(({ event }) => event);
  expect(names).toEqual(['processing', 'preview', 'progress', 'preview', 'failed']);
  expect(events[1]?.data.progress).toEqual({ done: 1, total: 9, unit: 'steps' });
});

test('who comes back learns how far it is, and nothing where nothing has happened', async () => {
  const { jobs } = server.services();
  await begin(jobs, 'again');
  const answer = await follow('again', '3');
  await jobs.advance('again', 'mine', { done: 1, total: 2, unit: 'steps' });
  const events = await eventsOf(answer, ({ event }) =>
    event === 'progress'
      ? jobs.fail('again', { type: 'internal', detail: 'It is over.' })
      : Promise.resolve(),
  );
  expect(events.map(({ event }) => event)).toEqual(['progress', 'failed']);
});
