// gpt-talker-train export: a voice folder from trained checkpoints.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { UsageError } from '../failure';

interface ExportArguments {
  config: string;
  gpt: string;
  vits: string;
  codebook: string;
  reference: string[];
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
    .description('write a voice folder: graphs, codes, references and their manifest')
    .requiredOption('--config <file>', 'configuration that the checkpoints were trained with')
    .requiredOption('--gpt <file>', 'checkpoint of ConGPT')
    .requiredOption('--vits <file>', 'checkpoint of ConVITS')
    .requiredOption('--codebook <file>', 'speech codes')
    .option('--reference <role=file=text...>', 'reference recording of the agent or the user, with its text', [])
    .option('--license <text>', 'licence of the voice', 'unspecified')
    .option('--origin <text>', 'where the voice comes from', 'trained with gpt-talker-train')
    .option('--description <text>', 'one line about the voice', 'a voice trained with gpt-talker-train')
    .option('--speaker <who>', 'whose speech the voice speaks with; kept in the voice and shown')
    .option('--right <what>', 'by what right: their consent, a licence, your own voice')
    .requiredOption('--out <directory>', 'folder to write')
    .action(async ({ config, gpt, vits, codebook, reference, speaker, right, out, ...about }: ExportArguments) => {
      if ((speaker === undefined) !== (right === undefined))
        throw new UsageError('--speaker and --right belong together: whose speech it is, and by what right; give both');
      const consent = speaker !== undefined && right !== undefined ? { speaker, right } : undefined;
      if (!consent)
        console.error('It is not stated whose speech this voice speaks with; give --speaker and --right.');
      const { readVoiceConfig } = await import('@gpt-talker/train');
      const { exportVoice } = await import('@gpt-talker/train/export');
      const manifest = await exportVoice({
        ...about,
        ...(consent && { consent }),
        config: await readVoiceConfig(config),
        gptCheckpoint: gpt,
        vitsCheckpoint: vits,
        codebook: await readFile(codebook),
        references: reference.map(parseReference),
        output: out,
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
