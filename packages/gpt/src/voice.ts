// The part of a voice's manifest that ConGPT's generation needs, and the check that a graph is of that voice.
import type { CachePair, Session } from '@gpt-talker/runtime';
import type { VoiceManifest } from '@gpt-talker/voice';
import { GptError } from './errors';

/** What voice.json says about the graph `gpt.onnx` and how it is to be used. */
export type GptVoice = Pick<VoiceManifest, 'symbols' | 'text' | 'layout' | 'semantic' | 'gpt' | 'sampling'>;

/** Names of the graph's outputs and of its inputs for one layer, as @gpt-talker/gpt/model writes them. */
export const LOGITS = 'logits';
export const cacheNames = (layer: number) => ({
  pastKey: `past_key_${layer}`,
  pastValue: `past_value_${layer}`,
  newKey: `new_key_${layer}`,
  newValue: `new_value_${layer}`,
});

/** What a graph for several replies calls the input of one of them; the runtime's caches are fed by the same rule. */
export const slotInput = (name: string, slot: number): string => `${name}_of_${slot}`;

/** Graphs of 2026 and later remember keys and values head by head, those before as rows. */
export function remembersByHeads(session: Pick<Session, 'inputs'>): boolean {
  return session.inputs.find(({ name }) => name === cacheNames(0).pastKey)?.dims.length === 4;
}

/** Which inputs take remembered rows, and which outputs are the rows to remember. */
export function cachePairs({ layers, width, heads }: GptVoice['gpt'], byHeads = false): CachePair[] {
  const layout = byHeads ? { width, heads } : { width };
  return Array.from({ length: layers }, (_, layer) => cacheNames(layer)).flatMap(
    ({ pastKey, pastValue, newKey, newValue }) => [
      { input: pastKey, output: newKey, ...layout },
      { input: pastValue, output: newValue, ...layout },
    ],
  );
}

/** @throws GptError `graph` where the graph's inputs or outputs are not those that the voice describes */
export function checkGraph(session: Session, voice: GptVoice): void {
  const refuse = (what: string) => new GptError('graph', `gpt.onnx: ${what}; export the voice again`);
  const pairs = cachePairs(voice.gpt);
  const inputs = ['ids', 'kind', 'positions', 'mask', ...pairs.map(({ input }) => input)];
  if (voice.layout.roles) inputs.push('roles');
  if (voice.text.features !== 'none') inputs.push('features');
  const known = new Set(session.inputs.map(({ name }) => name));
  for (const name of inputs) if (!known.delete(name)) throw refuse(`has no input '${name}', which voice.json implies`);
  for (const name of known) throw refuse(`has an input '${name}' that voice.json does not imply`);
  const outputs = new Map(session.outputs.map(({ name, dims }) => [name, dims]));
  for (const name of [LOGITS, ...pairs.map(({ output }) => output)])
    if (!outputs.has(name)) throw refuse(`has no output '${name}'`);
  const vocabulary = outputs.get(LOGITS)?.[1];
  if (typeof vocabulary === 'number' && vocabulary !== voice.semantic.vocabulary) {
    throw refuse(`has ${vocabulary} semantic tokens, voice.json says ${voice.semantic.vocabulary}`);
  }
}
