// The part of a voice's manifest that ConVITS's synthesis needs, and the check that the graphs are of that voice.
import { type Session } from '@gpt-talker/runtime';
import { type VoiceManifest } from '@gpt-talker/voice';
import { VitsError } from './errors';

export type VitsVoice = Pick<VoiceManifest, 'sampleRate' | 'hopSamples' | 'symbols' | 'semantic' | 'vits' | 'speaker'>;

/** The three graphs of a voice. */
export interface VitsSessions {
  style: Session;
  latent: Session;
  decoder: Session;
}

interface Ports {
  inputs: string[];
  outputs: string[];
}

function portsOf({
  vits: { source },
  speaker,
}: Pick<VitsVoice, 'vits' | 'speaker'>): Record<keyof VitsSessions, Ports> {
  return {
    style: { inputs: speaker ? ['spectrogram', 'speaker'] : ['spectrogram'], outputs: ['style'] },
    latent: {
      inputs: ['codes', 'text', 'style', 'noise', 'noise_scale'],
      outputs: source ? ['latent', 'pitch'] : ['latent'],
    },
    decoder: { inputs: source ? ['latent', 'style', 'source'] : ['latent', 'style'], outputs: ['audio'] },
  };
}

/** @throws VitsError `graph` where a graph's inputs or outputs are not those that the voice describes */
export function checkGraphs(sessions: VitsSessions, { vits, hopSamples, speaker }: VitsVoice): void {
  for (const [key, { inputs, outputs }] of Object.entries(portsOf({ vits, speaker })) as [
    keyof VitsSessions,
    Ports,
  ][]) {
    const session = sessions[key];
    const refuse = (what: string) => new VitsError('graph', `${key}.onnx: ${what}; export the voice again`);
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
