// Pitch curves on one logarithmic scale: one after the other as they were spoken, or over each other to compare two takes.
import type { Role } from '../api/types';
import type { Features } from '../sound/features';
import './pitch-plot.css';

export interface PitchTrackShown {
  label: string;
  role: Role;
  features: Features;
  /** Drawn fainter and dashed: another take of the same words. */
  other?: boolean;
}

interface PitchPlotProps {
  tracks: readonly PitchTrackShown[];
  /** Whether the curves begin together instead of following each other. */
  together?: boolean;
}

const HEIGHT = 100;
const WIDTH = 1000;
const MARKS = [75, 100, 150, 200, 300, 400];
/** Of the width, between curves that follow each other. */
const GAP = 24;

export function PitchPlot({ tracks, together = false }: PitchPlotProps) {
  const [low, high] = reach(tracks);
  const y = (hertz: number) => HEIGHT * (1 - Math.log(hertz / low) / Math.log(high / low));
  const total = together
    ? Math.max(...tracks.map(({ features }) => features.seconds))
    : tracks.reduce((sum, { features }) => sum + features.seconds, 0);
  const scale = (WIDTH - (together ? 0 : GAP * (tracks.length - 1))) / total;
  let start = 0;
  const placed = tracks.map((track) => {
    const from = start;
    if (!together) start += track.features.seconds * scale + GAP;
    return { ...track, from, width: track.features.seconds * scale };
  });
  return (
    <div class="pitch">
      <div class="plot">
        <div class="plot-scale" aria-hidden="true">
          {MARKS.filter((hertz) => hertz > low * 1.04 && hertz < high * 0.97).map((hertz) => (
            <span key={hertz} style={{ bottom: `${HEIGHT - y(hertz)}%` }}>
              {hertz}
            </span>
          ))}
        </div>
        <svg
          class="pitch-plot"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={tracks.map(describe).join(' ')}
        >
          {MARKS.filter((hertz) => hertz > low && hertz < high).map((hertz) => (
            <line key={hertz} class="grid" x1="0" x2={WIDTH} y1={y(hertz)} y2={y(hertz)} />
          ))}
          {placed.map(({ features, role, from, width, label, other }) => (
            <g key={label} data-role={role} data-other={other}>
              {features.pitch && (
                <line
                  class="median"
                  x1={from}
                  x2={from + width}
                  y1={y(features.pitch.medianHertz)}
                  y2={y(features.pitch.medianHertz)}
                />
              )}
              <path class="curve" d={curve(features, from, scale, y)} />
            </g>
          ))}
        </svg>
      </div>
      <PitchTable tracks={tracks} />
    </div>
  );
}

function PitchTable({ tracks }: { tracks: readonly PitchTrackShown[] }) {
  return (
    <table class="pitch-table">
      <thead>
        <tr>
          <th scope="col">Voice</th>
          <th scope="col">Pitch, Hz</th>
          <th scope="col">Range, semitones</th>
          <th scope="col">Level, dB</th>
        </tr>
      </thead>
      <tbody>
        {tracks.map(({ label, role, features: { pitch, levelDecibels }, other }) => (
          <tr key={label} data-role={role} data-other={other}>
            <th scope="row">
              <svg class="key" viewBox="0 0 20 4" width="20" height="4" aria-hidden="true">
                <path d="M0 2h20" />
              </svg>
              {label}
            </th>
            <td>{pitch ? Math.round(pitch.medianHertz) : '–'}</td>
            <td>{pitch ? pitch.rangeSemitones.toFixed(1) : '–'}</td>
            <td>{String(Math.round(levelDecibels)).replace('-', '−')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** From a little below the lowest pitch to a little above the highest, and at least an octave; a few stray frames do not count. */
function reach(tracks: readonly PitchTrackShown[]): [number, number] {
  const voiced = tracks
    .flatMap(({ features }) => [...features.hertz].filter((hertz) => hertz > 0))
    .sort((a, b) => a - b);
  if (voiced.length === 0) return [80, 320];
  const low = voiced[Math.floor(0.02 * voiced.length)] / 1.12;
  const high = voiced[Math.ceil(0.98 * voiced.length) - 1] * 1.12;
  const spread = Math.max(1, Math.sqrt((2 * low) / high));
  return [low / spread, high * spread];
}

/** A path with a gap wherever there is no pitch. */
function curve({ hertz, hopSeconds }: Features, from: number, scale: number, y: (hertz: number) => number): string {
  let path = '';
  let drawing = false;
  hertz.forEach((value, frame) => {
    const height = y(value);
    const shown = value > 0 && height >= 0 && height <= HEIGHT;
    if (shown) {
      const x = from + (frame + 0.5) * hopSeconds * scale;
      path += `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${height.toFixed(2)}`;
    }
    drawing = shown;
  });
  return path;
}

function describe({ label, features: { pitch } }: PitchTrackShown): string {
  if (!pitch) return `${label}: no pitch.`;
  return `${label}: mostly ${Math.round(pitch.medianHertz)} hertz, over ${pitch.rangeSemitones.toFixed(1)} semitones.`;
}
