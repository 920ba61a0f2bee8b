// The mel spectrogram as a picture: time to the right, pitch of hearing upwards, the voice's colour where there is energy.
import { melBandHertz } from '@gpt-talker/audio/browser';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Features } from '../sound/features';
import { colourScheme } from '../state/colour-scheme';
import './mel-picture.css';
import { TimeAxis } from './time-axis';
import { ramp, readColour } from './voice-colours';

/** From the loudest point down to what is shown as nothing, in nepers: about 60 dB. */
const RANGE = 7;
const MARKED_HERTZ = [500, 1000, 2000, 4000];

interface MelPictureProps {
  features: Features;
  /** What belongs under the picture, on the same clock. */
  children?: ComponentChildren;
}

export function MelPicture({ features, children }: MelPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = colourScheme.value;
  useEffect(() => draw(canvas.current!, features), [features, scheme]);
  const { mel, highHertz, seconds } = features;
  const bands = melBandHertz({ sampleRate: 2 * highHertz, fftSize: 1024, mels: mel.mels });
  const label = `Mel spectrogram, ${seconds.toFixed(1)} seconds, up to ${highHertz / 1000} kilohertz. ${loudestPart(features)}`;
  return (
    <>
      <div class="plot">
        <div class="plot-scale" aria-hidden="true">
          {MARKED_HERTZ.map((hertz) => {
            const band = bands.findIndex((centre) => centre >= hertz);
            if (band < 0) return null;
            return (
              <span key={hertz} style={{ bottom: `${(100 * band) / mel.mels}%` }}>
                {hertz < 1000 ? hertz : `${hertz / 1000}k`}
              </span>
            );
          })}
        </div>
        <canvas ref={canvas} class="mel-picture" role="img" aria-label={label} />
      </div>
      <div class="under-plot">
        {children}
        <TimeAxis seconds={seconds} />
      </div>
    </>
  );
}

function draw(canvas: HTMLCanvasElement, { mel: { data, mels, frames } }: Features): void {
  canvas.width = frames;
  canvas.height = mels;
  const colours = ramp(['--mel-0', '--mel-1', '--mel-2', '--mel-3'].map((name) => readColour(canvas, name)));
  const pen = canvas.getContext('2d')!;
  const picture = pen.createImageData(frames, mels);
  const top = data.reduce((largest, value) => Math.max(largest, value), -Infinity);
  for (let mel = 0; mel < mels; mel++)
    for (let frame = 0; frame < frames; frame++) {
      const level = Math.max(0, 1 + (data[mel * frames + frame] - top) / RANGE);
      // Low bands lie at the bottom.
      picture.data.set([...colours[Math.round(255 * level)], 255], 4 * ((mels - 1 - mel) * frames + frame));
    }
  pen.putImageData(picture, 0, 0);
}

/** For those who do not see it: where most of the sound is. */
function loudestPart({ mel: { data, mels, frames }, seconds }: Features): string {
  const energy = Array.from({ length: frames }, (_, frame) => {
    let sum = 0;
    for (let mel = 0; mel < mels; mel++) sum += Math.exp(data[mel * frames + frame]);
    return sum;
  });
  const loudest = energy.indexOf(Math.max(...energy));
  return `It is loudest after ${((loudest / frames) * seconds).toFixed(1)} seconds.`;
}
