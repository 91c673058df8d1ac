/** Taking a photograph. */

import { useRef, useState } from 'preact/hooks';
import { takePicture, useCamera } from '../camera.ts';
import { Icon } from './icon.tsx';

interface CameraProps {
  readonly onPhoto: (file: Blob, name: string) => void;
  readonly onClose: () => void;
}

export function Camera({ onPhoto, onClose }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string>();
  const { isOpen, flip } = useCamera(video, setProblem);
  const take = () =>
    takePicture(video.current!).then(
      (file) => onPhoto(file, 'camera.jpg'),
      (error: Error) => setProblem(error.message),
    );
  return (
    <div class="camera">
      <div class="wall">
        <video ref={video} muted playsInline aria-label="What the camera sees" />
      </div>
      {problem && <p role="alert">{problem}</p>}
      <div class="plate">
        <button type="button" class="primary" disabled={!isOpen} onClick={take}>
          Take the photograph
        </button>
        <div class="actions">
          {flip && (
            <button type="button" onClick={flip}>
              <Icon name="flip" />
              <span>Other camera</span>
            </button>
          )}
          <button type="button" onClick={onClose}>
            <Icon name="close" />
            <span>Close the camera</span>
          </button>
        </div>
      </div>
    </div>
  );
}
