// wavesurfer.js in a box of ours: given peaks and a media element, it only draws and follows.
import { useEffect, useRef } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import type { Clip } from '../sound/clip';
import { peaks } from '../sound/peaks';
import { colourScheme } from '../state/colour-scheme';
import { voiceColours } from './voice-colours';
import { WAVEFORM_HEIGHT } from './waveform-height';

/** Finer than any screen shows of a turn. */
const PEAKS = 600;

export function Waveform({ clip, media }: { clip: Clip; media: HTMLMediaElement }) {
  const box = useRef<HTMLDivElement>(null);
  const drawing = useRef<WaveSurfer>(undefined);
  const scheme = colourScheme.value;

  useEffect(() => {
    drawing.current = WaveSurfer.create({
      container: box.current!,
      media,
      peaks: [peaks(clip.audio.samples, PEAKS)],
      duration: clip.seconds,
      height: WAVEFORM_HEIGHT,
      barWidth: 2,
      barGap: 2,
      barRadius: 2,
      barMinHeight: 2,
      barHeight: 1.15,
      cursorWidth: 0,
      interact: false,
      hideScrollbar: true,
      ...voiceColours(box.current!),
    });
    return () => drawing.current?.destroy();
  }, [clip, media]);

  useEffect(() => drawing.current?.setOptions(voiceColours(box.current!)), [scheme]);

  return <div class="waveform" ref={box} aria-hidden="true" />;
}
