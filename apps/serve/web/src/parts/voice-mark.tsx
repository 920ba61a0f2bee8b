// The two voices differ in shape as well as in colour and side: a round mark for the person, a pointed one for the agent.
import type { Role } from '../api/types';
import './voice-mark.css';

export function VoiceMark({ role }: { role: Role }) {
  return (
    <svg class="voice-mark" data-role={role} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {role === 'user' ? <circle cx="6" cy="6" r="4.5" /> : <path d="M6 .6 11.4 6 6 11.4.6 6z" />}
    </svg>
  );
}
