/** A painting that somebody has shared by a link to it. */

import { useEffect, useState } from 'preact/hooks';
import { useObjectUrl } from '../object-url.ts';
import { readStored } from '../storing.ts';

interface SharedProps {
  /** Where the painting is kept. */
  readonly path: string;
  /** What it is painted like; empty where the link does not say. */
  readonly title: string;
  readonly onPaint: () => void;
  /** It is not there, or no longer. */
  readonly onGone: (problem: string) => void;
}

export function Shared({ path, title, onPaint, onGone }: SharedProps) {
  const [picture, setPicture] = useState<Blob>();
  useEffect(() => {
    const closed = new AbortController();
    const leave = () => {
      if (!closed.signal.aborted) onGone(GONE);
    };
    readStored(path, closed.signal).then((kept) => (kept ? setPicture(kept) : leave()), leave);
    return () => closed.abort();
  }, [path]);
  return (
    <div class="shared">
      <div class="wall">{picture && <Picture picture={picture} />}</div>
      <div class="plate">
        <div class="work">
          <p class="title">{title || 'A painting'}</p>
          <p class="by">Shared with you</p>
        </div>
        <div class="actions">
          <button type="button" class="primary" onClick={onPaint}>
            Paint one of yours
          </button>
        </div>
      </div>
    </div>
  );
}

/** What is said where a link leads to no painting. */
export const GONE =
  'The painting that this link leads to is not there: its time is over, it was taken back, or the link is not whole. ' +
  'Ask for another link, or paint a photograph of yours.';

function Picture({ picture }: { picture: Blob }) {
  return <img src={useObjectUrl(picture)} alt="The painting that was shared" />;
}
