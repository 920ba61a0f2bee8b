// What a user says about a voice to be imported, and what they get.
import { type VoiceManifest } from '@gpt-talker/voice';
import { type WeightStorage } from '../voice-builder';
import { type VoiceFamily } from './families';

export interface ImportVoiceOptions {
  /** Whose weights they are: both have the same files, but read a conversation in different orders. */
  family: VoiceFamily;
  /** The first stage, a `.ckpt`. */
  gptCheckpoint: string;
  /** The second stage, a `.pth`. */
  vitsCheckpoint: string;
  /** Upstream's s2.json, where the second stage is a training checkpoint of another size than the published one. */
  vitsConfig?: string;
  /** Hugging Face folder of the HuBERT that the weights were trained with: chinese-hubert-base. */
  hubertFolder: string;
  /** Hugging Face folder of the BERT: chinese-roberta-wwm-ext-large. Without it the voice reads English only. */
  bertFolder?: string;
  /** The speaker encoder that v2Pro and v2ProPlus read, pretrained_eres2netv2w24s4ep4.ckpt; only they need it. */
  speakerEncoder?: string;
  /** Recordings that give the timbre where a dialogue has none, as wav files. */
  references?: readonly { text?: string; file: string }[];
  name: string;
  license: string;
  description?: string;
  /** Whose speech the voice speaks with, and by what right. */
  consent?: VoiceManifest['consent'];
  /** Default `float16`, as upstream's own files. */
  weights?: WeightStorage;
  /** The folder to write. */
  output: string;
  onProgress?: (step: string) => void;
  signal?: AbortSignal;
}

export interface ImportedVoice {
  manifest: VoiceManifest;
  /** What a user should know: weights of no known use. */
  notes: string[];
}
