// What one sees before there is a conversation: what this is, and one to begin with.
import { busyWith } from '../state/conversation';
import { EXAMPLE_REPLY, exampleTurns, openExample } from '../state/example';
import { draftFor, focusComposer } from '../state/draft';
import './opening.css';
import { VoiceMark } from './voice-mark';

export function Opening() {
  const begin = async () => {
    if (!(await openExample())) return;
    draftFor('agent', EXAMPLE_REPLY);
    focusComposer();
  };
  return (
    <section class="opening" aria-labelledby="opening-title">
      <h2 id="opening-title">
        A voice that <em data-role="user">listens</em> before it <em data-role="agent">speaks</em>.
      </h2>
      <p class="lead">
        Talk to it, by microphone or by typing. Then write what the agent says: it finds its tone in what was said
        before, and in how that sounded.
      </p>
      <figure class="script">
        <ol>
          {exampleTurns.map(({ role, text }) => (
            <li key={text} data-role={role}>
              <VoiceMark role={role} />
              <span class="unseen">{role === 'user' ? 'You: ' : 'Agent: '}</span>
              {text}
            </li>
          ))}
          <li data-role="agent" class="open-line">
            <VoiceMark role="agent" />
            <span class="unseen">Agent: </span>and the agent’s next line is yours to write
          </li>
        </ol>
        <figcaption>
          <button
            type="button"
            class="button primary"
            disabled={busyWith.value !== undefined}
            onClick={() => void begin()}
          >
            Begin with this conversation
          </button>
          <span>Five turns with their recordings. Or begin with your own words below.</span>
        </figcaption>
      </figure>
    </section>
  );
}
