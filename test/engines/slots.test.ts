import { describe, expect, test } from 'vitest';
import { availableCores } from '../../src/engines/machine.ts';
import { createSlots } from '../../src/engines/slots.ts';

const never = new AbortController().signal;

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
    const running = slots.run(never, first.work);
    const waiting = slots.run(never, async () => 'waited');
    await expect(slots.run(never, async () => {})).rejects.toMatchObject({
      type: 'slots-full',
      status: 503,
      retryAfterSeconds: expect.any(Number),
    });
    first.open();
    await running;
    expect(await waiting).toBe('waited');
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
