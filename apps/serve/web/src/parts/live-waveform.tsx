// Draws sound that is still arriving, in the style of the finished waveforms.
import { useEffect, useRef } from 'preact/hooks';
import type { LiveReply } from '../state/speaking';
import './player.css';
import { voiceColours } from './voice-colours';
import { WAVEFORM_HEIGHT } from './waveform-height';

const BAR_PIXELS = 2;
const STEP_PIXELS = 4;

export function LiveWaveform({ reply, share }: { reply: LiveReply; share: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let frame = 0;
    const follow = () => {
      if (!canvas.current) return;
      draw(canvas.current, reply);
      frame = requestAnimationFrame(follow);
    };
    follow();
    return () => cancelAnimationFrame(frame);
  }, [reply]);
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

function draw(canvas: HTMLCanvasElement, { pieces, seconds, sampleRate, player }: LiveReply): void {
  const density = devicePixelRatio;
  const width = canvas.clientWidth;
  canvas.width = width * density;
  canvas.height = WAVEFORM_HEIGHT * density;
  const pen = canvas.getContext('2d')!;
  pen.scale(density, density);
  const { waveColor, progressColor } = voiceColours(canvas);
  const bars = Math.floor(width / STEP_PIXELS);
  const heights = barHeights(pieces, bars, Math.round(seconds * sampleRate));
  const heardBars = ((player?.playedSeconds ?? 0) / seconds) * bars;
  heights.forEach((height, bar) => {
    pen.fillStyle = bar < heardBars ? progressColor : waveColor;
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
