import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { estimateLatency } from '../../src/concurrency/latency.ts';
import { createSlots } from '../../src/concurrency/slots.ts';
import { availableCores } from '../../src/host/machine.ts';

const never = new AbortController().signal;

const claim = (caller: string) => ({ caller, size: 1 });

/** A piece of work that ends when told to. */
function gate() {
  let open: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { work: () => closed, open };
}

describe('slots', () => {
  test('run so many at a time, in the order of arrival', async () => {
    const slots = createSlots({ slots: 2, queueSize: 10 });
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        slots.run(never, async () => {
          order.push(i);
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([slots.running, slots.waiting]).toEqual([0, 0]);
  });

  test('refuse at once what neither runs nor waits', async () => {
    const slots = createSlots({ slots: 1, queueSize: 1 });
    const first = gate();
    const running = slots.run(never, first.work, claim('a'));
    const waiting = slots.run(never, async () => 'waited', claim('a'));
    await expect(slots.run(never, async () => {}, claim('a'))).rejects.toMatchObject({
      type: 'slots-full',
      status: 503,
      retryAfterSeconds: expect.any(Number),
    });
    first.open();
    await running;
    expect(await waiting).toBe('waited');
  });

  test('callers take turns', async () => {
    const slots = createSlots({ slots: 1, queueSize: 10 });
    const first = gate();
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(name);
    };
    const running = slots.run(never, first.work, claim('a'));
    const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) =>
      slots.run(never, work(name), claim(name[0]!)),
    );
    first.open();
    await Promise.all([running, ...all]);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('whoever has most waiting gives way when the queue is full', async () => {
    const slots = createSlots({ slots: 1, queueSize: 2 });
    const first = gate();
    const running = slots.run(never, first.work, claim('a'));
    const older = slots.run(never, async () => 'older', claim('a'));
    const newest = slots.run(never, async () => 'newest', claim('a'));
    const stranger = slots.run(never, async () => 'stranger', claim('b'));
    await expect(newest).rejects.toMatchObject({ type: 'slots-full' });
    expect(slots.waiting).toBe(2);
    const another = slots.run(never, async () => {}, claim('b'));
    await expect(another).rejects.toMatchObject({ type: 'slots-full' });
    first.open();
    await running;
    expect(await Promise.all([older, stranger])).toEqual(['older', 'stranger']);
  });

  test('what is bounded elsewhere waits beside a full queue, and is never turned away', async () => {
    const slots = createSlots({ slots: 1, queueSize: 1 });
    const first = gate();
    const running = slots.run(never, first.work);
    const jobs = Array.from({ length: 3 }, (_, i) => slots.run(never, async () => i));
    const caller = slots.run(never, async () => 'caller', claim('a'));
    await expect(slots.run(never, async () => {}, claim('a'))).rejects.toThrow('busy');
    first.open();
    await running;
    expect(await Promise.all([...jobs, caller])).toEqual([0, 1, 2, 'caller']);
  });

  test('what cannot be done in time is not begun', async () => {
    const slots = createSlots({ slots: 1, queueSize: 10 });
    const within = (ms: number) => performance.now() + ms;
    const took50 = () => new Promise<void>((resolve) => setTimeout(resolve, 50));
    let begun = 0;
    const counted = async () => {
      begun += 1;
    };
    await slots.run(never, took50, { caller: 'a', size: 1, deadline: within(1) });
    const large = { caller: 'a', size: 1000, deadline: within(2000) };
    await expect(slots.run(never, counted, large)).rejects.toMatchObject({
      type: 'deadline-exceeded',
      message: expect.stringContaining('respond-async'),
    });
    const first = gate();
    const running = slots.run(never, first.work, { caller: 'a', size: 100 });
    await setImmediate();
    const behind = { caller: 'b', size: 1, deadline: within(1000) };
    await expect(slots.run(never, counted, behind)).rejects.toMatchObject({
      type: 'slots-full',
      retryAfterSeconds: expect.any(Number),
    });
    expect(begun).toBe(0);
    first.open();
    await running;
    await slots.run(never, counted, { ...behind, deadline: within(1000) });
    expect(begun).toBe(1);
  });

  test('who aborts while waiting leaves the queue', async () => {
    const slots = createSlots({ slots: 1, queueSize: 5 });
    const first = gate();
    const running = slots.run(never, first.work);
    const controller = new AbortController();
    let ran = false;
    const waiting = slots.run(controller.signal, async () => {
      ran = true;
    });
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(slots.waiting).toBe(0);
    first.open();
    await running;
    expect([ran, slots.running]).toEqual([false, 0]);
    await expect(slots.run(controller.signal, async () => {})).rejects.toThrow('gone');
  });

  test('work that fails frees its slot', async () => {
    const slots = createSlots({ slots: 1, queueSize: 0 });
    const failing = slots.run(never, async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(await slots.run(never, async () => 'fine')).toBe('fine');
  });
});

describe('latency', () => {
  test('is the better part of what was seen, and shorter after every refusal', () => {
    const latency = estimateLatency();
    expect(latency.predictMs(10)).toBeUndefined();
    for (const ms of [400, 100, 110, 120, 100]) latency.observe(10, ms);
    expect(latency.predictMs(10)).toBe(100);
    latency.lower();
    expect(latency.predictMs(10)).toBe(80);
    for (let refusal = 0; refusal < 20; refusal += 1) latency.lower();
    expect(latency.predictMs(10)).toBe(10);
    latency.observe(10, 100);
    expect(latency.predictMs(10)).toBe(100);
    for (let i = 0; i < 16; i += 1) latency.observe(10, 200);
    expect(latency.predictMs(20)).toBe(400);
  });
});

describe('available cores', () => {
  const files = (contents: Record<string, string>) => (path: string) => contents[path];
  test.each([
    [{ '/sys/fs/cgroup/cpu.max': '100000 100000\n' }, 1],
    [{ '/sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
    [
      {
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      },
      1,
    ],
  ])('respect the quota %j', (contents, cores) => {
    expect(availableCores(files(contents as Record<string, string>))).toBe(cores);
  });

  test('without a quota are all there are', () => {
    const all = availableCores(files({}));
    expect(all).toBeGreaterThanOrEqual(1);
    expect(availableCores(files({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toBe(all);
    expect(availableCores(files({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1' }))).toBe(all);
  });
});
