// The microphone, from the press of a button to a clip beside the words.
import { signal } from '@preact/signals';
import { clipFromRecording, LONGEST_CLIP_SECONDS } from '../sound/clip';
import { silence } from '../sound/playing';
import { Recorder } from '../sound/recorder';
import { focusComposer, recording, writer } from './draft';
import { announce, closeNotice, report } from './notices';

/** Whether the microphone listens. */
export const recordingNow = signal(false);
/** Whole seconds so far. */
export const recordedSeconds = signal(0);
/** How loud it is, 0 to 1. */
export const level = signal(0);

let recorder: Recorder | undefined;
let starting = false;

export async function toggleRecording(): Promise<void> {
  if (recorder) return finishRecording();
  if (starting) return;
  starting = true;
  writer.value = 'user';
  silence();
  try {
    recorder = await Recorder.start({ onLevel });
    recording.value = undefined;
    recordedSeconds.value = 0;
    recordingNow.value = true;
    closeNotice();
    announce('Recording.');
  } catch (error) {
    report(error);
  } finally {
    starting = false;
  }
}

export function cancelRecording(): void {
  recorder?.cancel();
  recorder = undefined;
  recordingNow.value = false;
}

export function finishRecording(): void {
  const audio = recorder?.finish();
  recorder = undefined;
  recordingNow.value = false;
  if (!audio) return;
  try {
    recording.value = clipFromRecording(audio);
    announce(`Recorded ${recording.value.seconds.toFixed(1)} seconds. Now write the words that you said.`);
    focusComposer();
  } catch (error) {
    report(error);
  }
}

function onLevel(loudness: number, seconds: number): void {
  level.value = loudness;
  recordedSeconds.value = Math.floor(seconds);
  // A little less than allowed, so that rounding never makes it too long.
  if (seconds > LONGEST_CLIP_SECONDS - 0.1) finishRecording();
}
