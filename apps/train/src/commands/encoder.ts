// gpt-talker-train encoder: learns the codes that stand for speech.
import { Option, type Command } from 'commander';
import type { CorpusFormat } from '@gpt-talker/dataset';
import { configFile } from '../config-file';
import { UsageError } from '../failure';
import { FORMATS } from './formats';
import { share } from './numbers';

interface EncoderArguments {
  config: string;
  corpus?: string;
  format?: CorpusFormat;
  manifest?: string;
  heldOut?: number;
  out: string;
}

export function addEncoderCommand(program: Command): void {
  program
    .command('encoder')
    .description('learn the speech codes of a spectral voice from a corpus')
    .requiredOption(
      '--config <file>',
      'configuration of the voice: a file, or the name of one that comes with the program',
    )
    .option('--corpus <path>', 'folder of the corpus, or its list or manifest')
    .addOption(new Option('--format <name>', 'how the corpus is laid out').choices(FORMATS))
    .option('--manifest <file>', 'the same as --corpus FILE --format manifest')
    .option('--held-out <share>', 'share of the dialogues that is left out; as for prepare', share, 0.03)
    .requiredOption('--out <file>', 'where to write the codes (safetensors)')
    .action(async ({ config, corpus, format, manifest, heldOut, out }: EncoderArguments) => {
      const { writeAtomically } = await import('@gpt-talker/dataset');
      const { fitEncoder, readVoiceConfig } = await import('@gpt-talker/train');
      const encoder = await fitEncoder(await readVoiceConfig(configFile(config)), {
        ...source({ corpus, format, manifest }),
        validationShare: heldOut,
        onProgress: (message) => console.error(message),
      });
      await writeAtomically(out, encoder.toBytes());
      console.log(out);
    });
}

function source({ corpus, format, manifest }: Pick<EncoderArguments, 'corpus' | 'format' | 'manifest'>) {
  if (manifest !== undefined) {
    if (corpus !== undefined) throw new UsageError('--manifest and --corpus name two corpora; give one');
    return { corpus: manifest, format: 'manifest' as const };
  }
  if (corpus === undefined) throw new UsageError('--corpus is missing: name the folder with the recordings');
  if (format === undefined) throw new UsageError(`--format is missing: ${FORMATS.join(', ')}`);
  return { corpus, format };
}
