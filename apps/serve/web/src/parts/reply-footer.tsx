// Below a reply: the few numbers that matter, and the way to everything else about it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { busyWith } from '../state/conversation';
import { live, speakBare } from '../state/speaking';
import type { Turn } from '../state/turns';
import { ChevronIcon } from './icons';
import './reply-footer.css';
import { ReplyDetails } from './reply-details';
import { SaveWav } from './save-wav';

export function ReplyFooter({ turn, number }: { turn: Turn; number: number }) {
  const [open, setOpen] = useState(false);
  const { seed, historyTurns, timings, warnings = [], attempts = 1, stopReason } = turn.reply!;
  const details = `details-${turn.key}`;
  const beginning = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) beginning.current!.scrollIntoView({ block: 'start' });
  }, [open]);
  const comparing = live.value?.comparedWith === turn.key;
  const compare = () => {
    setOpen(true);
    if (!turn.bare && !busyWith.value) void speakBare(turn);
  };
  return (
    <>
      {attempts > 1 && (
        <p class="said-again">Said again: words seemed to be missing, and attempt {attempts} is what you hear.</p>
      )}
      {stopReason === 'length' && <p class="warning">The reply was cut: it is longer than the voice can hold.</p>}
      {warnings.map((warning) => (
        <p key={warning} class="warning">
          {warning}
        </p>
      ))}
      <div class="reply-footer" ref={beginning}>
        <dl class="facts">
          <Fact name="History" value={historyTurns === undefined ? undefined : turnsRead(historyTurns)} />
          <Fact name="Seed" value={seed} />
          <Fact name="First sound" value={timings && `${timings.firstAudioSeconds.toFixed(2)} s`} />
          <Fact name="Real time" value={timings && `× ${timings.realTimeFactor.toFixed(2)}`} />
        </dl>
        <div class="reply-actions" role="group" aria-label={`Reply ${number}`}>
          <button
            type="button"
            class="text-button look-inside"
            aria-expanded={open}
            aria-controls={details}
            aria-keyshortcuts="Alt+I"
            onClick={() => setOpen(!open)}
          >
            <ChevronIcon />
            Look inside
          </button>
          {historyTurns !== 0 && (
            <button type="button" class="text-button" aria-disabled={busyWith.value !== undefined} onClick={compare}>
              {comparing ? 'Speaking …' : 'Without history'}
            </button>
          )}
          <SaveWav clip={turn.clip!} name={`turn-${number}-agent.wav`} of={`the agent’s turn ${number}`} />
        </div>
      </div>
      <div id={details} hidden={!open}>
        {open && <ReplyDetails turn={turn} />}
      </div>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string | number | undefined }) {
  if (value === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const turnsRead = (count: number): string => (count === 0 ? 'none' : count === 1 ? '1 turn' : `${count} turns`);
