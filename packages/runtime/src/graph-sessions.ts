// The plain JavaScript side of sessions, loaded into this thread at the first use.
import { createRequire } from 'node:module';
import path from 'node:path';
import type { GraphSessionModule } from './graph-session-module';

export function graphSessions(): GraphSessionModule {
  const script = path.join(__dirname, '..', 'worker', 'node-runtime.cjs');
  return createRequire(script)(script) as GraphSessionModule;
}
