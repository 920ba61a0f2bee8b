// gpt-talker-train align: teaches a voice when its words are said.
import type { Command } from 'commander';

export function addAlignCommand(program: Command): void {
  program
    .command('align')
    .description('teach a voice which of its tokens are which phoneme, so that its replies know when each word is said')
    .requiredOption('--voice <directory>', 'voice to add it to')
    .requiredOption('--manifest <file>', 'corpus: JSON Lines, one dialogue a line')
    .action(async ({ voice, manifest }: { voice: string; manifest: string }) => {
      const { alignVoice } = await import('@gpt-talker/train/export');
      const { files } = await alignVoice({ voice, manifest, onProgress: (message) => console.error(message) });
      console.log(`${voice}: ${files.alignment.path}, ${files.alignment.bytes} bytes`);
    });
}
