// voice.json: everything that synthesis must know about a voice besides its graphs. Written by @gpt-talker/train/export,
// read by everyone else. Fields are added compatibly; a change that old programs would misread raises `version`.
import { z } from 'zod';
import { MOST, boundedCount, boundedNumber, checkTogether } from './voice-bounds';

export const VOICE_FORMAT = 'gpt-talker-voice';
export const VOICE_VERSION = 1;

const count = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

const voiceFile = z.object({
  /** Relative to the voice's folder, with forward slashes. */
  path: z.string().min(1).max(255),
  bytes: boundedCount('fileBytes'),
  sha256,
});

export const requirements = z.record(
  z.string().min(1).max(100),
  z.string().regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'must be a version such as 1.2.3'),
);

const manifestFields = z.object({
  format: z.literal(VOICE_FORMAT),
  version: z.literal(VOICE_VERSION),
  name: z
    .string()
    .min(1)
    .max(200)
    .refine((name) => !/[\p{Cc}\p{Surrogate}]/u.test(name), 'must be text, without control characters'),
  description: z.string().max(10_000).optional(),
  license: z.string().min(1).max(1_000),
  /** Where the voice comes from: the corpus, the program and the configuration that made it. */
  origin: z.string().min(1).max(10_000),
  /** The earliest releases of our packages that speak it, by package; absent: any. `checkRequirement` compares. */
  requires: requirements.optional(),
  /** What kind of weights they are, such as 'GPT-SoVITS v2Pro'; absent: unknown. */
  model: z.string().min(1).max(200).optional(),
  /** Whose speech the voice speaks with, and by what right; absent: not stated. */
  consent: z
    .object({
      speaker: z.string().min(1).max(1_000),
      right: z.string().min(1).max(10_000),
    })
    .optional(),
  languages: z
    .array(z.enum(['en', 'zh', 'yue']))
    .min(1)
    .max(MOST.languages),
  sampleRate: count.max(192_000),
  /** Samples in one frame; there are 50 frames a second. */
  hopSamples: boundedCount('hopSamples'),
  /** The phoneme symbols that the voice knows; a symbol's index is its id. */
  symbols: z.array(z.string().min(1).max(16)).min(1).max(MOST.symbols),
  text: z.object({
    /** Whether each phoneme comes with a vector from BERT. */
    features: z.enum(['none', 'bert']),
    /** Width of that vector; 0 where there is none. */
    featureWidth: boundedCount('featureWidth'),
    /** A mark that goes before texts of a word or two, whose opening would be swallowed; absent: none. */
    shortTextMark: z.string().min(1).max(16).optional(),
    /** What makes those vectors: a graph, a tokenizer.json, and the longest sequence that the graph takes. */
    bert: z
      .object({ file: z.string(), tokenizer: z.string(), maximumPositions: boundedCount('bertPositions') })
      .optional(),
  }),
  layout: z.object({
    /** `interleaved`: T1 A1 … Tn An, GPT-Talker's; `text-first`: T1 … Tn A1 … An, GPT-SoVITS's. */
    order: z.enum(['interleaved', 'text-first']),
    /** Whether a text segment sees itself in both directions. */
    textMask: z.enum(['causal', 'bidirectional']),
    /**
     * The prior on which phoneme a token sounds that the voice was trained with, by durations alone; absent: none. Not the emissions, which
     * are the `alignment` below.
     */
    alignment: z
      .object({
        /** By phoneme id: tokens that it lasts on average. */
        durations: z.array(boundedNumber('duration')).max(MOST.symbols),
        edgeTokens: boundedNumber('edgeTokens'),
        freeTokens: boundedNumber('freeTokens'),
        decayTokens: boundedNumber('decayTokens'),
        following: z
          .object({ offset: boundedNumber('followingOffset'), slope: boundedNumber('followingSlope') })
          .optional(),
      })
      .optional(),
    /** Whether the graph has a `roles` input that distinguishes user from agent. */
    roles: z.boolean(),
    /** History turns that the voice was trained with, and the default window. */
    historyTurns: boundedCount('historyTurns'),
    /** The most positions, history and reply together, that the voice can hold. */
    maxPositions: boundedCount('positions'),
  }),
  semantic: z.object({
    /** How many token ids there are, the end of speech included. */
    vocabulary: boundedCount('vocabulary'),
    endOfSpeech: boundedCount('endOfSpeech'),
    tokensPerSecond: z.literal(25),
  }),
  gpt: z.object({
    layers: boundedCount('layers'),
    width: boundedCount('width'),
    heads: boundedCount('heads'),
    /** Graphs that compute the next token of `size` replies at once, with the weights of `gpt`; absent: none. */
    together: z
      .array(z.object({ file: z.string(), size: boundedCount('together') }))
      .max(MOST.together)
      .optional(),
  }),
  /**
   * The emissions, which say which speech token is which phoneme (`TokenEmissions` of @gpt-talker/gpt): the key of their file; absent: nothing
   * says it. Not the prior, which is `layout.alignment`.
   */
  alignment: z.object({ file: z.string() }).optional(),
  vits: z.object({
    interChannels: boundedCount('channels'),
    styleChannels: boundedCount('channels'),
    spectrogram: z.object({
      fftSize: boundedCount('fftSize'),
      windowSamples: boundedCount('fftSize'),
      hopSamples: boundedCount('spectrogramHop'),
      bins: boundedCount('bins'),
    }),
    /** How far, in frames, attention reaches to either side; null where it reaches everywhere. */
    attentionWindow: boundedCount('attentionWindow').nullable(),
    framesPerToken: count.default(2),
    noiseScale: boundedNumber('noiseScale'),
    /**
     * `harmonic`: latent.onnx also gives the pitch, and decoder.onnx shapes pulses at that pitch and noise; absent: the decoder makes
     * sound by itself.
     */
    source: z.literal('harmonic').optional(),
    /** Tokens on either side of a chunk that its samples depend on: the margin for streaming. */
    contextTokens: boundedCount('contextTokens'),
  }),
  /** The encoder of a reference's speaker, where the style graph asks for one: a graph, and the width of its embeddings. */
  speaker: z.object({ file: z.string(), width: boundedCount('speakerWidth') }).optional(),
  sampling: z.object({
    topK: boundedCount('topK'),
    topP: boundedNumber('topP'),
    temperature: boundedNumber('temperature'),
    repetitionPenalty: boundedNumber('repetitionPenalty'),
    /** This many first tokens hold no end of speech. */
    minimumTokens: boundedCount('minimumTokens').default(11),
    stutterTokens: boundedCount('stutterTokens').default(0),
    /**
     * How slowly to speak, with an alignment prior (`layout.alignment`). Above 1, a text that takes longer than texts like it do on average has the time for
     * its last word. Absent: 1.
     */
    pace: boundedNumber('pace').optional(),
    /**
     * How much it counts, beside ConGPT's own opinion of 1, that a token sounds like the phoneme that is due, where the voice has
     * emissions (`alignment`). Absent: 0, as in GPT-SoVITS.
     */
    phonemeWeight: boundedNumber('phonemeWeight').optional(),
  }),
  /** How history speech becomes tokens. */
  encoder: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('spectral'), file: z.string() }),
    z.object({
      kind: z.literal('hubert'),
      file: z.string(),
      /** The graph that measures a whole recording before it is encoded in pieces. */
      statistics: z.string(),
      /** The graph that turns features into tokens. */
      quantizer: z.string(),
      /** Whether samples are brought to mean 0 and variance 1 first. */
      normalize: z.boolean().default(false),
      /** Silence that is appended to each recording. */
      tailSeconds: boundedNumber('tailSeconds').default(0),
    }),
  ]),
  /** By key: `gpt`, `style`, `latent`, `decoder`, `codebook`, and those that other fields name. */
  files: z
    .record(z.string().min(1).max(100), voiceFile)
    .refine((files) => Object.keys(files).length <= MOST.files, `must not be more than ${MOST.files}`),
  /**
   * Reference speech that gives the timbre where the dialogue has none of the agent's. `speaker` is the role that it was spoken in, by which
   * `talker.speakers` names it; who that person is, `consent.speaker` says.
   */
  references: z
    .array(z.object({ speaker: z.enum(['user', 'agent']), text: z.string().max(10_000).optional(), file: z.string() }))
    .max(MOST.references),
});

/** voice.json, validated: every file key that is used is listed, and numbers fit each other. */
export const voiceManifestSchema = manifestFields.superRefine((manifest, context) => {
  const report = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const requireFile = (key: string, path: (string | number)[]) => {
    if (!Object.hasOwn(manifest.files, key)) report(path, `names the file '${key}', which is not listed under files`);
  };
  for (const key of ['gpt', 'style', 'latent', 'decoder']) {
    if (!Object.hasOwn(manifest.files, key)) report(['files', key], 'is missing');
  }
  requireFile(manifest.encoder.file, ['encoder', 'file']);
  if (manifest.encoder.kind === 'hubert') {
    requireFile(manifest.encoder.statistics, ['encoder', 'statistics']);
    requireFile(manifest.encoder.quantizer, ['encoder', 'quantizer']);
  }
  manifest.gpt.together?.forEach(({ file }, index) => requireFile(file, ['gpt', 'together', index, 'file']));
  if (manifest.speaker) requireFile(manifest.speaker.file, ['speaker', 'file']);
  if (manifest.alignment) requireFile(manifest.alignment.file, ['alignment', 'file']);
  if (manifest.text.bert) {
    requireFile(manifest.text.bert.file, ['text', 'bert', 'file']);
    requireFile(manifest.text.bert.tokenizer, ['text', 'bert', 'tokenizer']);
  }
  checkTogether(manifest, report);
  manifest.references.forEach((reference, index) => requireFile(reference.file, ['references', index, 'file']));
  if (manifest.semantic.endOfSpeech >= manifest.semantic.vocabulary) {
    report(['semantic', 'endOfSpeech'], 'must be below semantic.vocabulary');
  }
  if (manifest.sampleRate !== manifest.hopSamples * 50) report(['hopSamples'], 'must be sampleRate / 50');
  if ((manifest.text.features === 'none') !== (manifest.text.featureWidth === 0)) {
    report(['text', 'featureWidth'], "must be 0 exactly where text.features is 'none'");
  }
  if ((manifest.text.features === 'bert') !== (manifest.text.bert !== undefined)) {
    report(['text', 'bert'], "must be there exactly where text.features is 'bert'");
  }
  if (new Set(manifest.symbols).size !== manifest.symbols.length) report(['symbols'], 'must not repeat a symbol');
});

export type VoiceManifest = z.infer<typeof voiceManifestSchema>;
export type VoiceFile = z.infer<typeof voiceFile>;
