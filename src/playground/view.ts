/** What part of a picture is seen in its frame. */

export interface View {
  /** 1 where the whole picture is seen. */
  readonly scale: number;
  /** Where the picture begins, in parts of the frame's width and height: 0, or left of and above it. */
  readonly x: number;
  readonly y: number;
}

/** In parts of the frame's width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };

export const MAX_SCALE = 8;

const CENTER: Point = { x: 0.5, y: 0.5 };

/** Larger or smaller; what is at `at` stays there as far as the picture reaches. */
export function zoomed({ scale, x, y }: View, factor: number, at: Point = CENTER): View {
  const next = Math.min(MAX_SCALE, Math.max(1, scale * factor));
  const ratio = next / scale;
  return within({ scale: next, x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio });
}

export function moved({ scale, x, y }: View, by: Point): View {
  return within({ scale, x: x + by.x, y: y + by.y });
}

/** The frame is never left without picture. */
function within({ scale, x, y }: View): View {
  const inside = (offset: number) => Math.min(0, Math.max(1 - scale, offset));
  return { scale, x: inside(x), y: inside(y) };
}

/** Where a place of the frame lies in the picture, both as parts of their width. */
export function acrossPicture({ scale, x }: View, across: number): number {
  return Math.min(1, Math.max(0, (across - x) / scale));
}
