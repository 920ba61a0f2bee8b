// The seed: the same one speaks the same reply in the same way again.
import { LARGEST_SEED, seed, seedHabit } from '../state/settings';
import { DiceIcon } from './icons';

export function SeedField() {
  return (
    <div class="field">
      <label for="seed">Seed</label>
      <div class="field-row">
        <input
          id="seed"
          type="number"
          inputMode="numeric"
          min="0"
          max={LARGEST_SEED}
          step="1"
          value={seed.value}
          onChange={(event) => {
            const value = Math.round(Number(event.currentTarget.value));
            seed.value = Math.min(LARGEST_SEED, Math.max(0, Number.isFinite(value) ? value : 0));
            event.currentTarget.value = String(seed.value);
          }}
        />
        <button
          type="button"
          class="icon-button"
          aria-label="Another seed"
          title="Another seed"
          onClick={() => (seed.value = Math.floor(Math.random() * 10_000))}
        >
          <DiceIcon />
        </button>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={seedHabit.value === 'change'}
          onChange={(event) => (seedHabit.value = event.currentTarget.checked ? 'change' : 'keep')}
        />
        Another one for every reply
      </label>
      <p class="field-note">The same seed, words and history sound the same again.</p>
    </div>
  );
}
