// Draws sound that is still arriving, in the style of the finished waveforms.
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { LiveReply } from '../state/speaking';
import './player.css';
import { voiceColours } from './voice-colours';
import { WAVEFORM_HEIGHT } from './waveform-height';

const BAR_PIXELS = 2;
const STEP_PIXELS = 4;

export function LiveWaveform({ reply, share }: { reply: LiveReply; share: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => follow(canvas, reply), [reply]);
  return (
    <div class="player" data-role="agent">
      <span class="play sounding" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <div class="track" style={{ '--share': Math.min(1, share) }}>
        <canvas class="live-waveform" ref={canvas} aria-hidden="true" />
      </div>
      <span class="time">{reply.seconds.toFixed(1)} s</span>
    </div>
  );
}

/** Draws what has arrived, and again whenever another bar has been heard. @returns how to stop */
function follow(
  canvas: RefObject<HTMLCanvasElement | null>,
  { pieces, seconds, sampleRate, player }: LiveReply,
): () => void {
  const width = canvas.current!.clientWidth;
  const heights = barHeights(pieces, Math.floor(width / STEP_PIXELS), Math.round(seconds * sampleRate));
  let frame = 0;
  let drawn = -1;
  const look = () => {
    const heard = Math.ceil(((player?.playedSeconds ?? 0) / seconds) * heights.length);
    if (canvas.current && heard !== drawn) draw(canvas.current, heights, heard);
    drawn = heard;
    frame = requestAnimationFrame(look);
  };
  look();
  return () => cancelAnimationFrame(frame);
}

function draw(canvas: HTMLCanvasElement, heights: Float32Array, heard: number): void {
  const density = devicePixelRatio;
  canvas.width = canvas.clientWidth * density;
  canvas.height = WAVEFORM_HEIGHT * density;
  const pen = canvas.getContext('2d')!;
  pen.scale(density, density);
  const { waveColor, progressColor } = voiceColours(canvas);
  heights.forEach((height, bar) => {
    pen.fillStyle = bar < heard ? progressColor : waveColor;
    const pixels = Math.max(2, height * 1.15 * WAVEFORM_HEIGHT);
    pen.beginPath();
    pen.roundRect(bar * STEP_PIXELS, (WAVEFORM_HEIGHT - pixels) / 2, BAR_PIXELS, pixels, 1);
    pen.fill();
  });
}

/** The largest sample under every bar. */
function barHeights(pieces: readonly Float32Array[], bars: number, length: number): Float32Array {
  const heights = new Float32Array(bars);
  let position = 0;
  for (const piece of pieces)
    for (const sample of piece) {
      const bar = Math.min(bars - 1, Math.floor((position++ / length) * bars));
      if (Math.abs(sample) > heights[bar]) heights[bar] = Math.abs(sample);
    }
  return heights;
}
