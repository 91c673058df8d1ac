import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { sweepScratch, withScratch } from '../../src/rasters/scratch.ts';
import { temporary } from '../support/temporary.ts';

test('a scratch folder is gone after the work, whether it succeeds or not', async () => {
  const parent = temporary();
  const path = await withScratch(parent, 1, async (scratch) => {
    expect(scratch.path('.v')).not.toBe(scratch.path('.v'));
    await writeFile(scratch.path('.v'), 'pixels');
    return scratch.folder;
  });
  expect(existsSync(path)).toBe(false);
  const failing = withScratch(parent, 1, async () => {
    throw new Error('broken');
  });
  await expect(failing).rejects.toThrow('broken');
  expect(readdirSync(parent)).toEqual([]);
});

test('a disk that becomes full is no fault of the picture', async () => {
  const full = withScratch(temporary(), 1, async () => {
    throw new Error('wbuffer_write: write failed\nsystem error: No space left on device');
  });
  await expect(full).rejects.toMatchObject({ type: 'storage-full', status: 507 });
});

test('work that needs more than the disk has is not begun', async () => {
  const parent = temporary();
  let begun = false;
  const refused = withScratch(parent, Number.MAX_SAFE_INTEGER, async () => {
    begun = true;
  });
  await expect(refused).rejects.toMatchObject({ type: 'storage-full', status: 507 });
  expect([begun, readdirSync(parent)]).toEqual([false, []]);
});

test('what processes leave that were killed is swept; what lives, or is not ours, is not', async () => {
  const parent = temporary();
  await withScratch(parent, 1, async ({ folder }) => {
    const name = basename(folder);
    const { pid: dead } = spawnSync('true');
    const ours = new RegExp(`\\.${process.pid}\\.(\\d+)\\.`);
    const killed = name.replace(ours, `.${dead}.$1.`);
    const reused = name.replace(ours, `.${process.pid}.1.`);
    const elsewhere = name.replace(hostname().replaceAll(/[^\w-]/g, '-'), 'elsewhere');
    const others = [elsewhere, 'impasto-test', 'impasto-scratch-', 'else'];
    for (const left of [killed, reused, ...others]) mkdirSync(join(parent, left));
    expect(await sweepScratch(parent)).toBe(2);
    expect(readdirSync(parent).sort()).toEqual([name, ...others].sort());
  });
});
