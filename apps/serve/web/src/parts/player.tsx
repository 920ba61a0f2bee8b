// A waveform that plays: wavesurfer.js draws it, a button starts it, and a slider laid over it moves through it, so that
// mouse, keyboard and screen reader all use the same control.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Role } from '../api/types';
import type { Clip } from '../sound/clip';
import { beginPlaying, endPlaying } from '../sound/playing';
import { report } from '../state/notices';
import { Trouble } from '../trouble';
import { PauseIcon, PlayIcon } from './icons';
import './player.css';
import { Waveform } from './waveform';

const STEP_SECONDS = 0.05;

interface PlayerProps {
  clip: Clip;
  role: Role;
  /** Whose sound, such as 'your turn 1'. */
  name: string;
  /** Of the width that there is, 0 to 1. */
  share?: number;
  /** Told how far it has been heard while it plays, and nothing when it stops. */
  onHeard?: (seconds: number | undefined) => void;
}

export function Player({ clip, role, name, share = 1, onHeard }: PlayerProps) {
  // It has its address before wavesurfer.js sees it, which would give it an empty one.
  const media = useMemo(() => new Audio(clip.address), [clip]);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const frame = useRef(0);

  useEffect(() => {
    const follow = () => {
      // In steps of the slider: most frames then have nothing new to show.
      setAt(Math.round(media.currentTime / STEP_SECONDS) * STEP_SECONDS);
      if (!media.paused) onHeard?.(Math.round(media.currentTime / STEP_SECONDS) * STEP_SECONDS);
      if (!media.paused) frame.current = requestAnimationFrame(follow);
    };
    media.onplay = () => {
      beginPlaying(media);
      setPlaying(true);
      follow();
    };
    media.onpause = () => {
      endPlaying(media);
      setPlaying(false);
      onHeard?.(undefined);
    };
    media.onseeked = () => setAt(media.currentTime);
    return () => {
      cancelAnimationFrame(frame.current);
      media.pause();
    };
  }, [media]);

  const toggle = () => {
    if (!media.paused) return media.pause();
    media.play().catch((error: Error) => {
      if (error.name === 'AbortError') return;
      report(new Trouble('This sound cannot be played', 'Save it as a wav file and open it in another program.'));
    });
  };

  return (
    <div class="player" data-role={role}>
      <button type="button" class="play" aria-label={`${playing ? 'Pause' : 'Play'} ${name}`} onClick={toggle}>
        {playing ? <PauseIcon /> : <PlayIcon />}
      </button>
      <div class="track" style={{ '--share': Math.min(1, share) }}>
        <Waveform clip={clip} media={media} />
        <input
          type="range"
          class="seek"
          min="0"
          max={clip.seconds}
          step={STEP_SECONDS}
          value={at}
          aria-label={`Position in ${name}`}
          aria-valuetext={`${at.toFixed(1)} of ${clip.seconds.toFixed(1)} seconds`}
          onInput={(event) => (media.currentTime = Number(event.currentTarget.value))}
        />
      </div>
      <span class="time">
        {playing || at > 0 ? `${at.toFixed(1)} / ` : ''}
        {clip.seconds.toFixed(1)} s
      </span>
    </div>
  );
}
