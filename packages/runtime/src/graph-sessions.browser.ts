// A page's own thread must stay free: it computes in a SessionHost's worker only.
import { RuntimeError } from './errors';
import type { GraphSessionModule } from './graph-session-module';

export function graphSessions(): GraphSessionModule {
  throw new RuntimeError('worker', 'a page computes in a worker only; use SessionHost.start');
}
