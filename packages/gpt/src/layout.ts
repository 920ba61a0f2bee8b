import type { Segment } from '@gpt-talker/context';
export interface Layout { order: 'interleaved' | 'text-first'; textMask: 'causal' | 'bidirectional' }
export interface LaidOut { ids: Int32Array; kind: Float32Array; positions: Int32Array; roles: Int32Array; mask: Float32Array; }
export function layoutSegments(segments: readonly Segment[], layout: Layout): LaidOut {
  const ordered = layout.order === 'interleaved' ? segments : [...segments.filter((s) => s.kind === 'text'), ...segments.filter((s) => s.kind === 'speech')];
  const length = ordered.reduce((n, s) => n + (s.kind === 'text' ? s.phonemes : s.tokens).length, 0);
  const r = { ids: new Int32Array(length), kind: new Float32Array(length), positions: new Int32Array(length), roles: new Int32Array(length), mask: new Float32Array(length * length) };
  const ends = new Int32Array(length);
  let at = 0; let position = 0; let last: string | undefined; let runStart = 0;
  for (const s of ordered) {
    const ids = s.kind === 'text' ? s.phonemes : s.tokens;
    if (layout.order === 'interleaved' || s.kind !== last) { position = 0; runStart = at; }
    last = s.kind;
    for (const id of ids) { r.ids[at] = id; r.kind[at] = s.kind === 'text' ? 0 : 1; r.positions[at] = position++; r.roles[at] = s.role === 'agent' ? 1 : 0; at++; }
    for (let i = runStart; i < at; i++) ends[i] = s.kind === 'text' && layout.textMask === 'bidirectional' ? at : i + 1;
  }
  for (let i = 0; i < length; i++) r.mask.fill(-1e9, i * length + ends[i], (i + 1) * length);
  return r;
}
