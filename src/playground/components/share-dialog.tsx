/** What is to be handed on of a painting: the picture, a link to its settings, or one to the picture, which is stored for that. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { KeyError } from '../api.ts';
import { useCopy } from '../copy.ts';
import { fileName } from '../downloading.ts';
import { durationText } from '../duration.ts';
import type { Painting } from '../painting.ts';
import type { Photo } from '../photo.ts';
import type { Settings } from '../settings.ts';
import { canShare, share, shareLink } from '../sharing.ts';
import { type StoredPainting, storePainting, takeBack } from '../storing.ts';
import { Checkbox } from './checkbox.tsx';
import { Icon } from './icon.tsx';

interface ShareDialogProps {
  readonly painting: Painting;
  readonly photo: Photo;
  readonly settings: Settings;
  /** For how long a painting is stored. */
  readonly linkSeconds: number;
  /** Where it has been stored already. */
  readonly stored: StoredPainting | undefined;
  readonly onStored: (stored: StoredPainting | undefined) => void;
  readonly onClose: () => void;
}

export function ShareDialog(props: ShareDialogProps) {
  const { painting, photo, settings, stored, onStored, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const { outcome, copy } = useCopy();
  const [problem, setProblem] = useState<string>();
  useEffect(() => dialog.current?.showModal(), []);

  const fail = (error: Error) => {
    // The visitor is asked for a key, on the page behind this.
    if (error instanceof KeyError) dialog.current?.close();
    else setProblem(error.message);
  };
  const tell = (work: Promise<void>) => {
    setProblem(undefined);
    work.catch(fail);
  };
  return (
    <dialog ref={dialog} class="share" aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>Share the painting</h2>
      {stored ? (
        <Link
          stored={stored}
          onCopy={() => copy(stored.link)}
          onShare={() => tell(shareLink(stored.link))}
          onTakeBack={() => tell(takeBack(stored).then(() => onStored(undefined)))}
        />
      ) : (
        <Consent {...props} onFail={fail} />
      )}
      <div class="ways others">
        {canShare() && (
          <button
            type="button"
            onClick={() => tell(share(painting, fileName(photo.name, settings, 'jpeg')))}
          >
            <Icon name="share" />
            The picture itself
          </button>
        )}
        <button type="button" onClick={() => copy(location.href)}>
          <Icon name="link" />
          Copy link to these settings
        </button>
      </div>
      {problem && <p role="alert">{problem}</p>}
      <div class="actions">
        <p role="status" class="status">
          {outcome}
        </p>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

interface ConsentProps extends ShareDialogProps {
  readonly onFail: (error: Error) => void;
}

/** Nothing is stored before the visitor has said so. */
function Consent({ photo, settings, linkSeconds, onStored, onFail }: ConsentProps) {
  const [isAgreed, setAgreed] = useState(false);
  const [work, setWork] = useState<AbortController>();
  useEffect(() => () => work?.abort(), [work]);
  const store = () => {
    const controller = new AbortController();
    setWork(controller);
    storePainting(photo, settings, controller.signal).then(onStored, (error: Error) => {
      setWork(undefined);
      if (!controller.signal.aborted) onFail(error);
    });
  };
  return (
    <div class="consent">
      <Checkbox
        label={
          `Store the painting on this server for ${durationText(linkSeconds)}. Whoever has the link can see it. ` +
          'The photograph is not stored.'
        }
        isChecked={isAgreed}
        onChange={setAgreed}
      />
      <button
        type="button"
        class="primary"
        disabled={!isAgreed || work !== undefined}
        onClick={store}
      >
        {work ? 'Storing…' : 'Make a link to the painting'}
      </button>
    </div>
  );
}

interface LinkProps {
  readonly stored: StoredPainting;
  readonly onCopy: () => void;
  readonly onShare: () => void;
  readonly onTakeBack: () => void;
}

function Link({ stored, onCopy, onShare, onTakeBack }: LinkProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  // What was pressed is there no longer.
  useEffect(() => field.current?.select(), []);
  return (
    <div class="consent">
      <label for={id}>Link to the painting, until {timeText(stored.until)}</label>
      <input ref={field} id={id} type="url" readOnly value={stored.link} />
      <div class="ways">
        {canShare() && (
          <button type="button" class="primary" onClick={onShare}>
            <Icon name="share" />
            Share the link
          </button>
        )}
        <button type="button" class={canShare() ? '' : 'primary'} onClick={onCopy}>
          <Icon name="link" />
          Copy the link
        </button>
        <button type="button" onClick={onTakeBack}>
          Take it back
        </button>
      </div>
    </div>
  );
}

function timeText(time: Date): string {
  return time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
