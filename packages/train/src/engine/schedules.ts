// Learning-rate schedules: plain functions of the step, so that a resumed run needs no state for them.

/** Learning rate at a step counted from 0. */
export type Schedule = (step: number) => number;

export interface WarmupCosineOptions {
  initial: number;
  peak: number;
  end: number;
  warmupSteps: number;
  totalSteps: number;
}

/** Linear from `initial` to `peak`, then half a cosine down to `end` (VALL-E's schedule, the one that `s1longer` configures). */
export function warmupCosine({ initial, peak, end, warmupSteps, totalSteps }: WarmupCosineOptions): Schedule {
  return (step) => {
    if (step < warmupSteps) return initial + ((peak - initial) * step) / warmupSteps;
    if (step >= totalSteps) return end;
    const progress = (step - warmupSteps) / (totalSteps - warmupSteps);
    return end + 0.5 * (1 + Math.cos(Math.PI * progress)) * (peak - end);
  };
}

/** Multiplies the rate by `decay` after every epoch, as VITS does. */
export function exponentialDecay(rate: number, decay: number, stepsPerEpoch: number): Schedule {
  return (step) => rate * decay ** Math.floor(step / stepsPerEpoch);
}
