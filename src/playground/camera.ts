/** The visitor's camera. */

import { useEffect, useState } from 'preact/hooks';

interface OpenedCamera {
  readonly stream: MediaStream;
  close(): void;
}

/** Turns a camera on. Rejects with what a visitor can do about it. */
async function openCamera(
  video: HTMLVideoElement,
  which: MediaTrackConstraints,
): Promise<OpenedCamera> {
  const stream = await navigator.mediaDevices
    ?.getUserMedia({ video: { ...which, width: 1280 }, audio: false })
    .catch((cause: unknown) => {
      throw new Error('The camera could not be used. Is it there, and allowed?', { cause });
    });
  if (stream === undefined) throw new Error('Cameras are for pages from https or localhost only.');
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  try {
    await video.play();
  } catch (cause) {
    close();
    throw new Error("The camera's picture could not be shown.", { cause });
  }
  return { stream, close };
}

/** The camera on the other side; where cameras have no sides, the next one. Undefined where there is only one. */
async function otherCamera(stream: MediaStream): Promise<MediaTrackConstraints | undefined> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const cameras = devices.filter(({ kind }) => kind === 'videoinput');
  if (cameras.length < 2) return undefined;
  const { facingMode, deviceId } = stream.getVideoTracks()[0]?.getSettings() ?? {};
  if (facingMode) return { facingMode: facingMode === 'user' ? 'environment' : 'user' };
  const place = cameras.findIndex((camera) => camera.deviceId === deviceId);
  return { deviceId: { exact: cameras[(place + 1) % cameras.length]?.deviceId ?? '' } };
}

export interface CameraState {
  readonly isOpen: boolean;
  /** Turns to another camera; undefined where there is none. */
  readonly flip: (() => void) | undefined;
}

const BACK: MediaTrackConstraints = { facingMode: 'environment' };

/** The camera is on as long as the component is there. */
export function useCamera(
  video: { readonly current: HTMLVideoElement | null },
  onProblem: (problem: string) => void,
): CameraState {
  const [which, setWhich] = useState(BACK);
  const [isOpen, setOpen] = useState(false);
  const [other, setOther] = useState<MediaTrackConstraints>();
  useEffect(() => {
    let close = () => {};
    let gone = false;
    const open = async () => {
      const camera = await openCamera(video.current!, which);
      close = camera.close;
      if (gone) return close();
      setOpen(true);
      const next = await otherCamera(camera.stream);
      if (!gone) setOther(next);
    };
    open().catch((error: Error) => !gone && onProblem(error.message));
    return () => {
      gone = true;
      close();
      setOpen(false);
    };
  }, [which]);
  return { isOpen, flip: other && (() => setWhich(other)) };
}

/** What the camera sees now, as a JPEG. */
export async function takePicture(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The camera gave no picture.'))),
      'image/jpeg',
      0.95,
    );
  });
}
