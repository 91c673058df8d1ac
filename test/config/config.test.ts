import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config/config.ts';

const defaults = {
  cores: 6,
  memoryBytes: 16 * 2 ** 30,
  modelsDir: '/models',
  distDir: '/dist',
};

describe('configuration', () => {
  test('needs no variable; defaults follow from the cores', () => {
    const config = loadConfig({}, defaults);
    expect(config).toMatchObject({ PORT: 8080, ENGINE: 'onnx', WORKERS: 3, THREADS: 2, SLOTS: 4 });
    expect(loadConfig({}, { ...defaults, cores: 1 })).toMatchObject({
      WORKERS: 1,
      THREADS: 1,
      SLOTS: 2,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('memory bounds the largest picture and what styles may keep', () => {
    const small = loadConfig({}, { ...defaults, cores: 1, memoryBytes: 2 ** 30 });
    expect(small.WHOLE_PIXELS).toBeGreaterThan(2_000_000);
    expect(small.WHOLE_PIXELS * 175 + small.SESSION_CACHE_BYTES).toBeLessThan(0.8 * 2 ** 30);
    expect(loadConfig({}, { ...defaults, cores: 1 }).WHOLE_PIXELS).toBe(4_000_000);
  });

  test('an empty variable counts as absent, others are read', () => {
    expect(loadConfig({ PORT: '', SLOTS: '7', OTHER: 'x' }, defaults)).toMatchObject({
      PORT: 8080,
      SLOTS: 7,
    });
  });

  test('a bucket needs queues beside it, but for those who only look into it', () => {
    const bucket = { S3_BUCKET: 'paintings' };
    expect(() => loadConfig(bucket, defaults)).toThrow(/JOBS_QUEUE_URL/);
    const config = loadConfig(bucket, defaults, { forStore: true });
    expect(config.S3_BUCKET).toBe('paintings');
    const wrong = () => loadConfig({ ...bucket, PORT: 'x' }, defaults, { forStore: true });
    expect(wrong).toThrow(/PORT/);
  });

  test('every problem is told at once', () => {
    const broken = () =>
      loadConfig({ PORT: '70000', ENGINE: 'caffe', MAX_PIXELS: '1.5' }, defaults);
    expect(broken).toThrow(ConfigError);
    expect(broken).toThrow(
      /PORT: .*65535, got 70000\n.*ENGINE: .*got caffe\n.*MAX_PIXELS: .*got 1\.5/,
    );
  });
});
