/** The page: a photograph, its painting, and everything that decides about it. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { listStyles } from '../api.ts';
import { usePainting } from '../painting.ts';
import { type Photo, readPhoto, releasePhoto } from '../photo.ts';
import { usePreviews } from '../previews.ts';
import { fromFragment, type Settings, toFragment } from '../settings.ts';
import type { WireStyle } from '../wire.ts';
import { Camera } from './camera.tsx';
import { Comparison } from './comparison.tsx';
import { Gallery } from './gallery.tsx';
import { Live } from './live.tsx';
import { Mixer } from './mixer.tsx';
import { Options } from './options.tsx';
import { PhotoInput } from './photo-input.tsx';
import { Result } from './result.tsx';
import { Snippets } from './snippets.tsx';

/** What a visitor sees painted before anything was brought. */
const SAMPLE = '/assets/sample.jpg';

type Stage = 'photo' | 'camera' | 'live';

export function Playground() {
  const [styles, setStyles] = useState<readonly WireStyle[]>([]);
  const [settings, setSettings] = useState<Settings>();
  const [photo, setPhoto] = useState<Photo>();
  const [stage, setStage] = useState<Stage>('photo');
  const [problem, setProblem] = useState<string>();

  const newest = useRef(0);

  /** Of several that are read at the same time, the one that was brought last is shown. */
  const show = (reading: Promise<Photo>): void => {
    newest.current += 1;
    const number = newest.current;
    const isNewest = () => number === newest.current;
    reading.then(
      (read) => (isNewest() ? setPhoto(read) : releasePhoto(read)),
      (error: Error) => isNewest() && setProblem(error.message),
    );
  };

  const bring = (file: Blob, name: string) => {
    setStage('photo');
    setProblem(undefined);
    show(readPhoto(file, name));
  };

  useEffect(() => {
    listStyles().then(
      ({ styles: found, usual }) => {
        const ids = found.map(({ id }) => id);
        setStyles(found);
        setSettings(fromFragment(location.hash, ids, usual));
      },
      (error: Error) => setProblem(error.message),
    );
    show(readSample());
  }, []);

  useEffect(() => {
    const follow = () => {
      const ids = styles.map(({ id }) => id);
      setSettings((before) => before && fromFragment(location.hash, ids, before.mix[0]!.style));
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [styles]);

  useEffect(() => (photo ? () => releasePhoto(photo) : undefined), [photo]);

  useEffect(() => {
    if (settings) history.replaceState(null, '', `#${toFragment(settings)}`);
  }, [settings]);

  return (
    <>
      <header>
        <h1>Impasto</h1>
        <p>Turns a photograph into a painting.</p>
        <nav aria-label="Elsewhere">
          <a href="/docs">API reference</a>
        </nav>
      </header>
      <main>
        <section class="stage" aria-label="Photograph and painting">
          <PhotoInput
            onPhoto={bring}
            onCamera={() => setStage('camera')}
            onLive={() => setStage(stage === 'live' ? 'photo' : 'live')}
            live={stage === 'live'}
          />
          {problem && <p role="alert">{problem}</p>}
          {stage === 'camera' && <Camera onPhoto={bring} onClose={() => setStage('photo')} />}
          {stage === 'live' && settings && (
            <Live mix={settings.mix} hasLight={haveLight(settings.mix, styles)} />
          )}
          {stage === 'photo' && photo && settings && (
            <Easel key={photo.url} photo={photo} settings={settings} />
          )}
        </section>
        {settings && (
          <Controls photo={photo} styles={styles} settings={settings} onChange={setSettings} />
        )}
      </main>
    </>
  );
}

async function readSample(): Promise<Photo> {
  const answer = await fetch(SAMPLE);
  if (!answer.ok) throw new Error(`The sample could not be fetched: ${answer.status}.`);
  return readPhoto(await answer.blob(), 'sample.jpg');
}

function haveLight(mix: Settings['mix'], styles: readonly WireStyle[]): boolean {
  return mix.every(({ style }) => styles.some(({ id, light }) => id === style && light));
}

function Easel({ photo, settings }: { photo: Photo; settings: Settings }) {
  const state = usePainting(photo, settings);
  return (
    <>
      <Comparison photo={photo} painting={state.painting} busy={state.busy} />
      <Result state={state} photo={photo} settings={settings} />
    </>
  );
}

interface ControlsProps {
  readonly photo: Photo | undefined;
  readonly styles: readonly WireStyle[];
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
}

function Controls({ photo, styles, settings, onChange }: ControlsProps) {
  const previews = usePreviews(photo, styles);
  const mix = (parts: Settings['mix']) => onChange({ ...settings, mix: parts });
  return (
    <div class="controls">
      <Gallery styles={styles} previews={previews} mix={settings.mix} onMix={mix} />
      <Mixer styles={styles} mix={settings.mix} onMix={mix} />
      <Options settings={settings} onChange={onChange} />
      <Snippets settings={settings} />
    </div>
  );
}
