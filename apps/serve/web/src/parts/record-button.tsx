// Starts and ends a recording; while it runs, the button shows how long it is and how loud.
import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { level, recordedSeconds, recordingNow, toggleRecording } from '../state/recording';
import { MicrophoneIcon, StopIcon } from './icons';
import './record-button.css';

export function RecordButton() {
  const recording = recordingNow.value;
  return (
    <button
      type="button"
      class="quiet-button record"
      data-recording={recording}
      aria-keyshortcuts="Alt+R"
      onClick={() => void toggleRecording()}
    >
      {recording ? <StopIcon /> : <MicrophoneIcon />}
      <span>{recording ? 'Stop' : 'Record'}</span>
      {recording && (
        <span class="elapsed" aria-hidden="true">
          {recordedSeconds} s
        </span>
      )}
      {recording && <Meter />}
    </button>
  );
}

/** Moved past the page's rendering: it changes many times a second. */
function Meter() {
  const bar = useRef<HTMLElement>(null);
  useSignalEffect(() => {
    const { value } = level;
    if (bar.current) bar.current.style.transform = `scaleX(${value})`;
  });
  return (
    <span class="meter" aria-hidden="true">
      <i ref={bar} />
    </span>
  );
}
