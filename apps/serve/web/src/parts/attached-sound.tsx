// The sound that will go with the words: heard before it is sent, and taken away again.
import type { Clip } from '../sound/clip';
import { focusComposer, recording } from '../state/draft';
import { CloseIcon } from './icons';
import { Player } from './player';

export function AttachedSound({ clip }: { clip: Clip }) {
  return (
    <div class="attached">
      <Player clip={clip} role="user" name="your recording" />
      <button
        type="button"
        class="icon-button"
        aria-label="Remove the recording"
        onClick={() => {
          recording.value = undefined;
          focusComposer();
        }}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
