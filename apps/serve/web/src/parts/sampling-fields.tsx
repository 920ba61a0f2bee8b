// How freely the voice chooses among what it could say next.
import type { Sampling } from '../api/types';
import { changeSampling, ownSampling, sampling } from '../state/settings';

interface Knob {
  name: keyof Sampling;
  label: string;
  note: string;
  min: number;
  max: number;
  step: number;
}

const KNOBS: readonly Knob[] = [
  {
    name: 'temperature',
    label: 'Temperature',
    note: 'lower is steadier, higher livelier',
    min: 0.1,
    max: 2,
    step: 0.05,
  },
  { name: 'topK', label: 'Top k', note: 'choices at every step', min: 1, max: 100, step: 1 },
  { name: 'topP', label: 'Top p', note: 'share of likelihood considered', min: 0.05, max: 1, step: 0.05 },
  {
    name: 'repetitionPenalty',
    label: 'Repetition penalty',
    note: 'above 1 avoids humming on',
    min: 1,
    max: 2,
    step: 0.05,
  },
];

export function SamplingFields() {
  const changed = Object.keys(sampling.value).length > 0;
  return (
    <fieldset class="field knobs">
      <legend>Sampling</legend>
      {KNOBS.map((knob) => (
        <KnobField key={knob.name} {...knob} />
      ))}
      <button type="button" class="text-button" aria-disabled={!changed} onClick={() => (sampling.value = {})}>
        Back to the voice’s own
      </button>
    </fieldset>
  );
}

function KnobField({ name, label, note, min, max, step }: Knob) {
  const value = sampling.value[name] ?? ownSampling.value[name];
  const id = `knob-${name}`;
  return (
    <div class="knob">
      <label for={id}>{label}</label>
      {/* The slider itself tells its value to screen readers. */}
      <span class="knob-value" aria-hidden="true">
        {step < 1 ? value.toFixed(2) : value}
      </span>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-describedby={`${id}-note`}
        style={{ '--filled': (value - min) / (max - min) }}
        onInput={(event) => changeSampling(name, Number(event.currentTarget.value))}
      />
      <small id={`${id}-note`}>{note}</small>
    </div>
  );
}
