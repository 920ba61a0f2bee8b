// How many of the turns before it a reply is fitted to.
import { historyTurns, MOST_HISTORY_TURNS, voice } from '../state/settings';

export function HistoryField() {
  const own = voice.value?.historyTurns;
  return (
    <div class="field">
      <label for="history">History</label>
      <select
        id="history"
        value={historyTurns.value ?? ''}
        onChange={({ currentTarget: { value } }) => (historyTurns.value = value === '' ? undefined : Number(value))}
      >
        <option value="">As the voice learnt{own === undefined ? '' : `: ${own} turns`}</option>
        <option value="0">None: words alone decide</option>
        {Array.from({ length: MOST_HISTORY_TURNS }, (_, i) => (
          <option key={i} value={i + 1}>
            The last {i === 0 ? 'turn' : `${i + 1} turns`}
          </option>
        ))}
      </select>
    </div>
  );
}
