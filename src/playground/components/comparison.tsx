/** Photograph and painting, one over the other, with a divider between them: to zoom into and to move about in. */

import { useRef, useState } from 'preact/hooks';
import { useFullScreen } from '../full-screen.ts';
import { useGestures } from '../gestures.ts';
import type { Painting } from '../painting.ts';
import type { Photo } from '../photo.ts';
import { acrossPicture, moved, WHOLE, zoomed } from '../view.ts';
import { Icon } from './icon.tsx';

interface ComparisonProps {
  readonly photo: Photo;
  readonly painting: Painting | undefined;
  readonly busy: boolean;
}

const ZOOM_STEP = 1.5;

/** Of the frame, for one press of an arrow key. */
const PAN_STEP = 0.1;

const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function Comparison({ photo, painting, busy }: ComparisonProps) {
  const frame = useRef<HTMLElement>(null);
  const [divider, setDivider] = useState(0.2);
  const [view, setView] = useState(WHOLE);
  const [isHeld, setHeld] = useState(false);
  const { isFull, toggle } = useFullScreen();
  useGestures(frame, { view, divider, onView: setView, onDivider: setDivider });

  const press = (event: KeyboardEvent) => {
    const arrow = event.shiftKey ? ARROWS[event.key] : undefined;
    if (arrow) setView(moved(view, { x: arrow[0] * PAN_STEP, y: arrow[1] * PAN_STEP }));
    else if (event.key === '+' || event.key === '=') setView(zoomed(view, ZOOM_STEP));
    else if (event.key === '-') setView(zoomed(view, 1 / ZOOM_STEP));
    else if (event.key === '0') setView(WHOLE);
    else return;
    event.preventDefault();
  };
  const { scale, x, y } = view;
  const transform = `translate(${100 * x}%, ${100 * y}%) scale(${scale})`;
  const hidden = isHeld ? 100 : 100 * acrossPicture(view, divider);
  const size = { width: photo.width, height: photo.height };

  return (
    <figure
      ref={frame}
      class={scale > 1 ? 'comparison zoomed' : 'comparison'}
      aria-busy={busy}
      onKeyDown={press}
    >
      <img src={photo.url} alt="The photograph" {...size} style={{ transform }} draggable={false} />
      {painting && (
        <>
          <img
            class="painting"
            src={painting.url}
            alt="The painting"
            {...size}
            style={{ transform, clipPath: `inset(0 0 0 ${hidden}%)` }}
            draggable={false}
          />
          {!isHeld && (
            <div class="divider" style={{ left: `${100 * divider}%` }} aria-hidden="true" />
          )}
          <input
            type="range"
            min={0}
            max={100}
            value={Math.round(100 * divider)}
            aria-label="How much of the photograph is shown"
            title="Arrows move the divider; + and - zoom, 0 shows all, Shift and arrows move the picture"
            onInput={({ currentTarget }) => setDivider(Number(currentTarget.value) / 100)}
          />
        </>
      )}
      <div class="tools">
        {scale > 1 && (
          <>
            <button type="button" aria-label="Show all" onClick={() => setView(WHOLE)}>
              <Icon name="whole" />
            </button>
            <button
              type="button"
              aria-label="Zoom out"
              onClick={() => setView(zoomed(view, 1 / ZOOM_STEP))}
            >
              <Icon name="minus" />
            </button>
          </>
        )}
        <button type="button" aria-label="Zoom in" onClick={() => setView(zoomed(view, ZOOM_STEP))}>
          <Icon name="plus" />
        </button>
        {painting && <HoldButton isHeld={isHeld} onHold={setHeld} />}
        <button
          type="button"
          aria-label={isFull ? 'Leave full screen' : 'Full screen'}
          onClick={({ currentTarget }) => toggle(currentTarget.closest<HTMLElement>('.stage'))}
        >
          <Icon name={isFull ? 'leave' : 'fill'} />
        </button>
      </div>
    </figure>
  );
}

interface HoldButtonProps {
  readonly isHeld: boolean;
  readonly onHold: (isHeld: boolean) => void;
}

/** Shows the photograph for as long as it is pressed, by pointer or key. */
function HoldButton({ isHeld, onHold }: HoldButtonProps) {
  const isPress = ({ key }: KeyboardEvent) => key === ' ' || key === 'Enter';
  return (
    <button
      type="button"
      aria-label="Hold to see the photograph"
      title="Hold to see the photograph"
      aria-pressed={isHeld}
      onPointerDown={() => onHold(true)}
      onPointerUp={() => onHold(false)}
      onPointerLeave={() => onHold(false)}
      onPointerCancel={() => onHold(false)}
      onBlur={() => onHold(false)}
      onKeyDown={(event) => isPress(event) && onHold(true)}
      onKeyUp={(event) => isPress(event) && onHold(false)}
      onContextMenu={(event) => event.preventDefault()}
    >
      <Icon name="eye" />
    </button>
  );
}
