// The part of a voice's manifest that ConVITS's synthesis needs, and its graphs, checked to be of that voice.
import { type Session, type SessionHost } from '@gpt-talker/runtime';
import { type Voice, type VoiceManifest } from '@gpt-talker/voice';
import { VitsError } from './errors';

export type VitsVoice = Pick<VoiceManifest, 'sampleRate' | 'hopSamples' | 'symbols' | 'semantic' | 'vits' | 'speaker'>;

/** The graphs that every chunk of speech is made with. */
export interface VitsSessions {
  latent: Session;
  decoder: Session;
}

/** Those, and the one that computes a style. */
export type VitsGraph = keyof VitsSessions | 'style';

interface Ports {
  inputs: string[];
  outputs: string[];
}

function portsOf(graph: VitsGraph, { vits: { source }, speaker }: Pick<VitsVoice, 'vits' | 'speaker'>): Ports {
  switch (graph) {
    case 'style':
      return { inputs: speaker ? ['spectrogram', 'speaker'] : ['spectrogram'], outputs: ['style'] };
    case 'latent':
      return {
        inputs: ['codes', 'text', 'style', 'noise', 'noise_scale'],
        outputs: source ? ['latent', 'pitch'] : ['latent'],
      };
    case 'decoder':
      return { inputs: source ? ['latent', 'style', 'source'] : ['latent', 'style'], outputs: ['audio'] };
  }
}

/**
 * Loads one of a voice's graphs.
 * @throws VitsError `graph` where its inputs or outputs are not those that the voice describes; RuntimeError where it cannot be loaded
 */
export async function loadGraph(
  host: Pick<SessionHost, 'load'>,
  voice: Pick<Voice, 'path' | 'manifest'>,
  graph: VitsGraph,
): Promise<Session> {
  const session = await host.load(voice.path(graph));
  try {
    checkGraph(graph, session, voice.manifest);
  } catch (error) {
    await session.dispose();
    throw error;
  }
  return session;
}

function checkGraph(graph: VitsGraph, session: Session, voice: VitsVoice): void {
  const { vits, hopSamples, speaker } = voice;
  const { inputs, outputs } = portsOf(graph, voice);
  const refuse = (what: string) => new VitsError('graph', `${graph}.onnx: ${what}; export the voice again`);
  const known = new Set(session.inputs.map(({ name }) => name));
  for (const name of inputs) if (!known.delete(name)) throw refuse(`has no input '${name}'`);
  for (const name of known) throw refuse(`has an input '${name}' that is not known`);
  for (const output of outputs)
    if (!session.outputs.some(({ name }) => name === output)) throw refuse(`has no output '${output}'`);
  checkWidth(session, 'spectrogram', 1, vits.spectrogram.bins, 'vits.spectrogram.bins', refuse);
  if (speaker) checkWidth(session, 'speaker', 1, speaker.width, 'speaker.width', refuse);
  checkWidth(session, 'style', 1, vits.styleChannels, 'vits.styleChannels', refuse);
  checkWidth(session, 'noise', 1, vits.interChannels, 'vits.interChannels', refuse);
  checkWidth(session, 'latent', 1, vits.interChannels, 'vits.interChannels', refuse);
  checkWidth(session, 'source', 3, hopSamples, 'hopSamples', refuse);
}

function checkWidth(
  session: Session,
  input: string,
  axis: number,
  expected: number,
  field: string,
  refuse: (what: string) => VitsError,
): void {
  const actual = session.inputs.find(({ name }) => name === input)?.dims[axis];
  if (typeof actual === 'number' && actual !== expected)
    throw refuse(`its input '${input}' is ${actual} wide, voice.json's ${field} is ${expected}`);
}
