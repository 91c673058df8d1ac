/** Fingers, mouse and wheel on the picture: they move the divider, the picture, or both ends of a zoom. */

import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { moved, type Point, type View, zoomed } from './view.ts';

interface Held {
  readonly view: View;
  /** Where the divider is, as a part of the frame's width. */
  readonly divider: number;
  readonly onView: (view: View) => void;
  readonly onDivider: (divider: number) => void;
}

/** Pixels around the divider that take hold of it. */
const GRIP = 28;

/** Pixels that a finger moves sideways before it drags: until then it may be scrolling the page. */
const SLACK = 6;

const DOUBLE_ZOOM = 2.5;

/** Of a wheel's turn; pinches on touchpads come as small turns with Ctrl. */
const WHEEL_RATE = 0.002;
const PINCH_RATE = 0.01;

/** On wide screens the picture fills the window, and there is nothing to scroll beneath the pointer. */
const WIDE = '(min-width: 60rem)';

type Drag = 'divider' | 'picture';

export function useGestures(frame: RefObject<HTMLElement | null>, held: Held): void {
  const latest = useRef(held);
  latest.current = held;

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const pointers = new Map<number, Point>();
    let drag: Drag | undefined;
    let begun: Point | undefined;

    const place = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: (clientX - left) / width, y: (clientY - top) / height };
    };
    const divide = ({ x }: Point) => latest.current.onDivider(Math.min(1, Math.max(0, x)));

    const down = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest('button')) return;
      const at = place(event);
      pointers.set(event.pointerId, at);
      const { view, divider } = latest.current;
      const isNear = Math.abs(at.x - divider) * element.clientWidth < GRIP;
      drag = view.scale === 1 || isNear ? 'divider' : 'picture';
      begun = event.pointerType === 'touch' ? at : undefined;
      if (drag === 'divider' && begun === undefined) divide(at);
      element.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const at = place(event);
      const { view, onView } = latest.current;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const shift = { x: (at.x - before.x) / 2, y: (at.y - before.y) / 2 };
        onView(
          zoomed(moved(view, shift), apart(at, other) / apart(before, other), middle(at, other)),
        );
      } else if (drag === 'picture') {
        onView(moved(view, { x: at.x - before.x, y: at.y - before.y }));
      } else {
        if (begun && Math.abs(at.x - begun.x) * element.clientWidth < SLACK) return;
        begun = undefined;
        divide(at);
      }
      pointers.set(event.pointerId, at);
    };
    const up = ({ pointerId }: PointerEvent) => {
      pointers.delete(pointerId);
      // The finger that is left goes on with the picture, not with the divider.
      drag = 'picture';
    };
    const double = (event: MouseEvent) => {
      if ((event.target as Element).closest('button')) return;
      const { view, onView } = latest.current;
      onView(zoomed(view, view.scale > 1 ? 1 / view.scale : DOUBLE_ZOOM, place(event)));
    };
    const wheel = (event: WheelEvent) => {
      const isPinch = event.ctrlKey || event.metaKey;
      if (!isPinch && !matchMedia(WIDE).matches) return;
      event.preventDefault();
      const { view, onView } = latest.current;
      const rate = isPinch ? PINCH_RATE : WHEEL_RATE;
      onView(zoomed(view, Math.exp(-event.deltaY * rate), place(event)));
    };

    const gone = new AbortController();
    const { signal } = gone;
    element.addEventListener('pointerdown', down, { signal });
    element.addEventListener('pointermove', move, { signal });
    element.addEventListener('pointerup', up, { signal });
    element.addEventListener('pointercancel', up, { signal });
    element.addEventListener('dblclick', double, { signal });
    element.addEventListener('wheel', wheel, { signal, passive: false });
    return () => gone.abort();
  }, []);
}

function apart(a: Point, b: Point): number {
  return Math.max(0.01, Math.hypot(a.x - b.x, a.y - b.y));
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
