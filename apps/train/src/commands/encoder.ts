// gpt-talker-train encoder: learns the codes that stand for speech.
import type { Command } from 'commander';

export function addEncoderCommand(program: Command): void {
  program
    .command('encoder')
    .description('learn the speech codes of a spectral voice from a corpus')
    .requiredOption('--config <file>', 'configuration of the voice')
    .requiredOption('--manifest <file>', 'corpus: JSON Lines, one dialogue a line')
    .requiredOption('--out <file>', 'where to write the codes (safetensors)')
    .action(async ({ config, manifest, out }: { config: string; manifest: string; out: string }) => {
      const { writeAtomically } = await import('@gpt-talker/dataset');
      const { fitEncoder, readVoiceConfig } = await import('@gpt-talker/train');
      const encoder = await fitEncoder(await readVoiceConfig(config), {
        manifest,
        onProgress: (message) => console.error(message),
      });
      await writeAtomically(out, encoder.toBytes());
      console.log(out);
    });
}
