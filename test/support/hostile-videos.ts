/** Files that call themselves videos and are none, or are far more than they seem. */

import { clip, testClip } from './clips.ts';

export interface HostileVideo {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Type of the problem that says so. */
  readonly problem: string;
}

/** `canary` is an address that nobody may ask for, whatever a file says. */
export async function hostileVideos(canary: string): Promise<HostileVideo[]> {
  const whole = await testClip();
  const playlist = `#EXTM3U\n#EXTINF:1,\n${canary}\n#EXTINF:1,\nfile:///etc/passwd\n`;
  const unreadable: Record<string, Uint8Array> = {
    'a playlist': text(playlist),
    'a playlist that begins as an MP4 file': text(`\0\0\0\x18ftypmp42\0\0\0\0${playlist}`),
    'a list of files': text(`ffconcat version 1.0\nfile '/etc/passwd'\nfile '${canary}'\n`),
    'an archive of frames': text('PK\x03\x04\x14\0\0\0\0\0frame-0001.png'),
    'what was cut off': whole.subarray(0, 600),
    nothing: new Uint8Array(),
    'sound alone': await clip('sound.mp4', ['-f', 'lavfi', '-i', 'sine=duration=1']),
  };
  const tooLarge: Record<string, Uint8Array> = {
    'frames of 100,000 x 100,000 pixels': await enormousClip(),
    'ten hours': await longClip(),
  };
  const named = (files: Record<string, Uint8Array>, problem: string): HostileVideo[] =>
    Object.entries(files).map(([name, bytes]) => ({ name, bytes, problem }));
  return [...named(unreadable, 'video-unreadable'), ...named(tooLarge, 'video-too-large')];
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

/** One second is there; its header claims frames of this size. https://www.matroska.org/technical/elements.html */
async function enormousClip(): Promise<Uint8Array> {
  const file = await clip('enormous.mkv', [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=5:duration=1', '-pix_fmt', 'yuv420p'],
    ...['-c:v', 'ffv1', '-write_crc32', '0'],
  ]);
  // PixelWidth 320, PixelHeight 240 and FlagInterlaced take as much room as two numbers of three bytes.
  const [width, height] = [Buffer.from('b0820140', 'hex'), Buffer.from('ba81f0', 'hex')];
  const at = Buffer.from(file).indexOf(Buffer.concat([width, height]));
  const enormous = Buffer.from('b0830186a0ba830186a0', 'hex');
  return Buffer.concat([file.subarray(0, at), enormous, file.subarray(at + enormous.length)]);
}

/** Two frames, of which the second one is shown after ten hours. */
function longClip(): Promise<Uint8Array> {
  return clip('ten-hours.mp4', [
    ...['-f', 'lavfi', '-i', 'color=black:size=64x48:rate=1:duration=2', '-pix_fmt', 'yuv420p'],
    ...['-vf', 'setpts=N*36000/TB', '-fps_mode', 'passthrough'],
  ]);
}
