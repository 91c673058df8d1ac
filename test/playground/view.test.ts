import { describe, expect, test } from 'vitest';
import { acrossPicture, MAX_SCALE, moved, WHOLE, zoomed } from '../../src/playground/view.ts';

describe('a view', () => {
  test('keeps what is under the pointer where it is', () => {
    const at = { x: 0.25, y: 0.75 };
    const view = zoomed(zoomed(WHOLE, 2, at), 1.5, at);
    expect(view.scale).toBe(3);
    expect((at.x - view.x) / view.scale).toBeCloseTo(0.25);
    expect((at.y - view.y) / view.scale).toBeCloseTo(0.75);
  });

  test('never shows less than its frame, nor more than the picture', () => {
    expect(zoomed(WHOLE, 0.1)).toEqual(WHOLE);
    expect(zoomed(WHOLE, 1000).scale).toBe(MAX_SCALE);
    const near = zoomed(WHOLE, 2);
    expect(moved(near, { x: 9, y: -9 })).toEqual({ scale: 2, x: 0, y: -1 });
    expect(moved(WHOLE, { x: 0.3, y: 0.3 })).toEqual(WHOLE);
    expect(zoomed(moved(near, { x: 9, y: 9 }), 0.5)).toEqual(WHOLE);
  });

  test('knows where the divider is in the picture', () => {
    expect(acrossPicture(WHOLE, 0.2)).toBe(0.2);
    expect(acrossPicture({ scale: 2, x: -1, y: 0 }, 0.5)).toBe(0.75);
    expect(acrossPicture({ scale: 2, x: 0, y: 0 }, 1)).toBe(0.5);
  });
});
