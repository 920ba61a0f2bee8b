// gpt-talker-train export: a voice folder from two trained runs.
import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { configFile } from '../config-file';
import { UsageError } from '../failure';

interface ExportArguments {
  config: string[];
  gpt: string;
  vits: string;
  codebook?: string;
  hubert?: string;
  bert?: string;
  speakerEncoder?: string;
  weights: 'float32' | 'float16' | 'int8';
  reference: string[];
  name?: string;
  license: string;
  origin: string;
  description: string;
  speaker?: string;
  right?: string;
  out: string;
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write a voice folder: graphs, encoders of speech and text, references and their manifest')
    .requiredOption('--gpt <run>', 'run of ConGPT: its folder (its best checkpoint), or a checkpoint in it')
    .requiredOption('--vits <run>', 'run of ConVITS, likewise')
    .option('--codebook <file>', 'speech codes that the corpus was prepared with, or')
    .option('--hubert <directory>', 'Hugging Face folder of the HuBERT that it was prepared with')
    .option('--bert <directory>', 'Hugging Face folder of the BERT, where ConGPT was trained with its features')
    .option('--speaker-encoder <file>', 'the ERes2NetV2 (.ckpt) that v2Pro and v2ProPlus are trained with')
    .option('--config <file...>', 'configurations of runs that have no run.json, of earlier versions', [])
    .addOption(
      new Option('--weights <kind>', 'how weights are stored').choices(['float32', 'float16', 'int8']).default('int8'),
    )
    .option('--reference <role=file=text...>', 'reference recording of the agent or the user, with its text', [])
    .option('--name <name>', 'name of the voice (default: the one that the configuration gives)')
    .option('--license <text>', 'licence of the voice', 'unspecified')
    .option('--origin <text>', 'where the voice comes from', 'trained with gpt-talker-train')
    .option('--description <text>', 'one line about the voice', 'a voice trained with gpt-talker-train')
    .option('--speaker <who>', 'whose speech the voice speaks with; kept in the voice and shown')
    .option('--right <what>', 'by what right: their consent, a licence, your own voice')
    .requiredOption('--out <directory>', 'folder to write')
    .action(async ({ config, codebook, hubert, bert, reference, speaker, right, out, ...about }: ExportArguments) => {
      if ((speaker === undefined) !== (right === undefined))
        throw new UsageError('--speaker and --right belong together: whose speech it is, and by what right; give both');
      const consent = speaker !== undefined && right !== undefined ? { speaker, right } : undefined;
      if (!consent) console.error('It is not stated whose speech this voice speaks with; give --speaker and --right.');
      const { readRecipes } = await import('@gpt-talker/train');
      const { exportVoice } = await import('@gpt-talker/train/export');
      const recipes = Object.assign({}, ...(await Promise.all(config.map((file) => readRecipes(configFile(file))))));
      const manifest = await exportVoice({
        ...about,
        ...(consent && { consent }),
        recipes,
        codebook: codebook === undefined ? undefined : await readFile(codebook),
        hubertFolder: hubert,
        bertFolder: bert,
        references: reference.map(parseReference),
        output: out,
        onProgress: (step) => console.error(step),
      });
      const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
      console.log(`${out}: ${(bytes / 1e6).toFixed(1)} MB`);
    });
}

function parseReference(argument: string): { speaker: 'user' | 'agent'; file: string; text: string } {
  const [speaker, file, ...text] = argument.split('=');
  if ((speaker !== 'user' && speaker !== 'agent') || !file) {
    throw new UsageError(`--reference ${argument}: write it as agent=recording.wav=What is said in it.`);
  }
  return { speaker, file, text: text.join('=') };
}
