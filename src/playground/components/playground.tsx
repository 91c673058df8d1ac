/** The page: a photograph, its painting, and everything that decides about it. */

import { useEffect, useState } from 'preact/hooks';
import { deleteStyle } from '../api.ts';
import { useBringing } from '../bringing.ts';
import { readAnyPhoto, readPhotoAt, readSample, usePhoto } from '../brought-photo.ts';
import { type Styles, titleOf, useStyles } from '../catalog.ts';
import { useKey } from '../key.ts';
import { useLearning } from '../learning.ts';
import { useLinkedSettings } from '../linked-settings.ts';
import type { Photo } from '../photo.ts';
import { usePreviews } from '../previews.ts';
import { type Recent, useRecent } from '../recent.ts';
import { FIRST_RATIO, type Pair } from '../samples.ts';
import type { Settings } from '../settings.ts';
import { isBrokenLink, leaveLink, storedPainting } from '../shared-painting.ts';
import { Camera } from './camera.tsx';
import { Easel } from './easel.tsx';
import { Gallery } from './gallery.tsx';
import { Icon } from './icon.tsx';
import { KeyForm } from './key-form.tsx';
import { Learn } from './learn.tsx';
import { Live } from './live.tsx';
import { Lost } from './lost.tsx';
import { Options } from './options.tsx';
import { Pairs } from './pairs.tsx';
import { choosePhoto, PhotoInput } from './photo-input.tsx';
import { Recents } from './recents.tsx';
import { GONE, Shared } from './shared.tsx';
import { Snippets } from './snippets.tsx';
import { Video } from './video.tsx';

/** What is on the stage; a video is there as its file. */
type Stage = 'photo' | 'camera' | 'live' | 'shared' | File;

export function Playground() {
  const [problem, setProblem] = useState<string>();
  const styles = useStyles(setProblem);
  const [settings, setSettings] = useLinkedSettings(styles, setProblem);
  const [photo, bringPhoto] = usePhoto(setProblem);
  const key = useKey();
  const recent = useRecent();
  const [link] = useState(linkOf(location));
  const [stage, setStage] = useState<Stage>(link.stored ? 'shared' : 'photo');
  useEffect(() => {
    if (link.isBroken) setProblem(GONE);
  }, []);
  useEffect(() => {
    if (link.isBroken || (link.stored && stage !== 'shared')) leaveLink();
  }, [stage]);

  const bring = (brought: Blob | URL, name = '') => {
    const isVideo = brought instanceof File && brought.type.startsWith('video/');
    setStage(isVideo ? brought : 'photo');
    leaveLink();
    if (isVideo) setProblem(undefined);
    else bringPhoto(brought instanceof URL ? readPhotoAt(brought) : readAnyPhoto(brought, name));
  };
  const isOver = useBringing((brought) =>
    bring(brought, brought instanceof File ? brought.name : undefined),
  );
  const change = (changed: Settings) => {
    setProblem(undefined);
    if (stage === 'shared') setStage('photo');
    setSettings(changed);
  };
  const tryPair = ({ sample, style }: Pair) => {
    setStage('photo');
    leaveLink();
    if (settings) change({ ...settings, mix: [{ style, weight: 1 }] });
    if (photo?.sample !== sample) bringPhoto(readSample(sample));
  };

  const open = ({ photo: kept, name, fragment }: Recent) => {
    bring(kept, name);
    location.hash = fragment;
  };

  return (
    <>
      <header>
        <h1>Impasto</h1>
        <p>Turns a photograph into a painting.</p>
        <PhotoInput
          onPhoto={bring}
          onCamera={() => setStage('camera')}
          onLive={() => setStage(stage === 'live' ? 'photo' : 'live')}
          live={stage === 'live'}
        />
        <nav aria-label="Elsewhere">
          <a href="/docs">API</a>
        </nav>
      </header>
      <main>
        <div class="left">
          <section class="stage" aria-label="Photograph and painting">
            <Lost />
            {problem && <Problem text={problem} onClose={() => setProblem(undefined)} />}
            {key.isAsked && <KeyForm problem={key.problem} />}
            {stage === 'camera' && <Camera onPhoto={bring} onClose={() => setStage('photo')} />}
            {stage === 'shared' && link.stored && (
              <Shared
                path={link.stored}
                title={settings && link.isStyled ? titleOf(settings, styles.all) : ''}
                onPaint={choosePhoto}
                onGone={(gone) => {
                  setStage('photo');
                  setProblem(gone);
                }}
              />
            )}
            {stage === 'live' && settings && <Live mix={settings.mix} styles={styles.all} />}
            {stage instanceof File && settings && (
              <Video
                key={`${stage.name} ${stage.lastModified} ${stage.size}`}
                file={stage}
                settings={settings}
                styles={styles.all}
                onClose={() => setStage('photo')}
              />
            )}
            {stage === 'photo' &&
              (photo && settings ? (
                <Easel key={photo.url} photo={photo} settings={settings} styles={styles} />
              ) : (
                <div class="wall" style={{ '--ratio': FIRST_RATIO }} />
              ))}
            {isOver && <p class="drop">Drop it to paint it</p>}
          </section>
          {photo &&
            settings &&
            (recent.length > 0 ? (
              <Recents recent={recent} onOpen={open} />
            ) : (
              <Pairs onTry={tryPair} />
            ))}
        </div>
        {photo && settings && (
          <Controls
            photo={photo}
            styles={styles}
            settings={settings}
            onChange={change}
            onProblem={setProblem}
          />
        )}
      </main>
    </>
  );
}

/** What the page was opened with. */
function linkOf({ search, hash }: Location) {
  return {
    stored: storedPainting(search),
    isStyled: new URLSearchParams(hash.slice(1)).has('style'),
    isBroken: isBrokenLink(search),
  };
}

interface ProblemProps {
  readonly text: string;
  readonly onClose: () => void;
}

function Problem({ text, onClose }: ProblemProps) {
  return (
    <div role="alert" class="problem">
      <p>{text}</p>
      <button type="button" class="small" aria-label="Close this message" onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}

interface ControlsProps {
  readonly photo: Photo;
  readonly styles: Styles;
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
  readonly onProblem: (problem: string) => void;
}

function Controls({ photo, styles, settings, onChange, onProblem }: ControlsProps) {
  const { all, usual, canLearn, canTell, reload } = styles;
  const previews = usePreviews(photo, all);
  const mix = (parts: Settings['mix']) => onChange({ ...settings, mix: parts });
  const learned = (id: string) => {
    // First: when the styles have come, what the address says is chosen.
    mix([{ style: id, weight: 1 }]);
    void reload();
  };
  const learning = useLearning(learned);
  const remove = (id: string) => {
    if (settings.mix.some(({ style }) => style === id)) mix([{ style: usual, weight: 1 }]);
    deleteStyle(id).then(reload, ({ message }: Error) => onProblem(message));
  };
  return (
    <div class="controls">
      <Gallery
        styles={all}
        sample={photo.sample}
        previews={previews}
        mix={settings.mix}
        onMix={mix}
        onDelete={remove}
        onRefine={canLearn && !learning.busy ? learning.refine : undefined}
      />
      {(canLearn || canTell) && <Learn styles={all} learning={learning} isInstant={canTell} />}
      <Options settings={settings} onChange={onChange} />
      <Snippets settings={settings} />
    </div>
  );
}
