// What a separation or enhancement model takes and gives, in a JSON file beside the `.onnx`: docs/collection.md says it in words.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../../errors';
import { requireModelFile, type ModelPlace } from './open-model';

const axis = z.enum(['batch', 'sources', 'channels', 'samples', 'complex', 'bins', 'frames']);
export type Axis = z.infer<typeof axis>;

const axes = z
  .array(axis)
  .min(1)
  .refine((names) => new Set(names).size === names.length, 'an axis is named twice');

const common = {
  /** The graph; default: the description's own name with the ending `.onnx`. */
  file: z.string().min(1).optional(),
  sampleRate: z.number().int().min(4000).max(192_000),
  /** `mean-std`: the model gets (x − mean) ÷ deviation, and what it gives is scaled back (Demucs). */
  normalise: z.enum(['none', 'mean-std']).default('none'),
  /** Tensors that start as zeros and are fed back from run to run. */
  states: z
    .array(z.object({ input: z.string(), output: z.string(), dims: z.array(z.number().int().positive()) }))
    .default([]),
  /** Inputs that are always the same. */
  constants: z
    .array(
      z.object({
        input: z.string(),
        type: z.enum(['float32', 'int32', 'int64']),
        dims: z.array(z.number().int().positive()),
        value: z.number(),
      }),
    )
    .default([]),
};

const sourceNames = {
  /** What lies along the axis `sources`, in order. */
  sources: z.array(z.string()).optional(),
  /** Which of the sources is the voice. */
  voice: z.string().default('vocals'),
};

const waveform = z.object({
  kind: z.literal('waveform'),
  ...common,
  channels: z.number().int().min(1).max(2).default(1),
  /** The length that the model takes; without it the whole sound at once. */
  segmentSamples: z.number().int().min(64).optional(),
  /** Share of a segment that the next one repeats. */
  overlap: z.number().min(0).max(0.9).default(0.25),
  input: z.object({ name: z.string().optional(), axes: axes.default(['batch', 'channels', 'samples']) }).prefault({}),
  output: z
    .object({ name: z.string().optional(), axes: axes.default(['batch', 'channels', 'samples']), ...sourceNames })
    .prefault({}),
});

const spectrum = z.object({
  kind: z.literal('spectrum'),
  ...common,
  fftSize: z.number().int(),
  hopSamples: z.number().int().positive(),
  windowSamples: z.number().int().positive().optional(),
  window: z.enum(['hann', 'sqrt-hann']).default('hann'),
  /** Frames of one run (1 for models that keep states); without it all at once. */
  framesPerRun: z.number().int().positive().optional(),
  /** Without the axis `complex` the model gets magnitudes. */
  input: z
    .object({ name: z.string().optional(), axes: axes.default(['batch', 'bins', 'frames', 'complex']) })
    .prefault({}),
  output: z
    .object({
      name: z.string().optional(),
      axes: axes.default(['batch', 'bins', 'frames', 'complex']),
      /** What is in it: the voice's spectrum, or what the mixture's is multiplied by. */
      gives: z.enum(['spectrum', 'mask']).default('spectrum'),
      ...sourceNames,
    })
    .prefault({}),
});

const description = z.discriminatedUnion('kind', [waveform, spectrum]).superRefine((model, context) => {
  const wrong = (message: string) => context.addIssue({ code: 'custom', message });
  const needed: Axis[] = model.kind === 'waveform' ? ['samples'] : ['bins', 'frames'];
  const allowed: Axis[] = model.kind === 'waveform' ? ['batch', 'channels'] : ['batch', 'channels', 'complex'];
  for (const side of ['input', 'output'] as const) {
    const missing = needed.find((name) => !model[side].axes.includes(name));
    if (missing) wrong(`${side}.axes lacks '${missing}'`);
    const known = [...needed, ...allowed, ...(side === 'output' ? ['sources'] : [])];
    const unknown = model[side].axes.find((name) => !known.includes(name));
    if (unknown) wrong(`${side}.axes has '${unknown}', which a ${model.kind} model does not`);
  }
  const { axes: outputAxes, sources, voice } = model.output;
  if (outputAxes.includes('sources') !== (sources !== undefined))
    wrong("output.axes has 'sources' if output.sources names them");
  if (sources && !sources.includes(voice)) wrong(`output.voice is '${voice}', which is not among output.sources`);
  if (model.kind === 'waveform' && model.states.length > 0 && model.overlap > 0)
    wrong('a model with states takes overlap 0');
});

export type WaveformDescription = z.infer<typeof waveform>;
export type SpectrumDescription = z.infer<typeof spectrum>;
export type ModelDescription = WaveformDescription | SpectrumDescription;

/** A description and the graph that it describes. */
export interface DescribedModel {
  description: ModelDescription;
  graph: string;
}

/**
 * Reads a model's description: the file named, or for an `.onnx` the `.json` beside it.
 * @throws DatasetError `option` where one of the two is missing or the description is not understood
 */
export async function readDescription(file: string | undefined, place: ModelPlace): Promise<DescribedModel> {
  const named = await requireModelFile(file, place);
  const source = named.endsWith('.json') ? named : `${stemOf(named)}.json`;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(source, 'utf8'));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'is not JSON';
    throw new DatasetError(
      'option',
      `${source}: the description of ${place.what} ${reason}; write what the model takes and gives as docs/collection.md says`,
      { cause: error },
    );
  }
  const parsed = description.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DatasetError(
      'option',
      `${source}: ${issue.path.join('.') || 'description'}: ${issue.message}; see docs/collection.md`,
    );
  }
  const graph =
    parsed.data.file === undefined ? `${stemOf(source)}.onnx` : path.resolve(path.dirname(source), parsed.data.file);
  return { description: parsed.data, graph: await requireModelFile(graph, place) };
}

function stemOf(file: string): string {
  return file.slice(0, file.length - path.extname(file).length);
}
