// gpt-talker-train prepare: phonemes and semantic tokens of a corpus.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';

export function addPrepareCommand(program: Command): void {
  program
    .command('prepare')
    .description('turn a corpus into phonemes and semantic tokens')
    .requiredOption('--manifest <file>', 'corpus: JSON Lines, one dialogue a line')
    .requiredOption('--codebook <file>', 'speech codes, from the encoder command')
    .requiredOption('--out <file>', 'prepared corpus to write')
    .action(async ({ manifest, codebook, out }: { manifest: string; codebook: string; out: string }) => {
      const { prepare } = await import('@gpt-talker/dataset');
      const { SpectralEncoder } = await import('@gpt-talker/tokenizer');
      const encoder = SpectralEncoder.fromBytes(await readFile(codebook));
      let shown = 0;
      const report = await prepare({
        manifest,
        output: out,
        encoder,
        onProgress: ({ dialogues, turns, seconds }) => {
          if (dialogues < shown + 100) return;
          shown = dialogues;
          console.error(`${dialogues} dialogues, ${turns} turns, ${(seconds / 60).toFixed(1)} minutes`);
        },
      });
      const skipped = Object.entries(report.skipped).map(([reason, names]) => `${names.length} ${reason}`);
      console.log(
        `${out}: ${report.dialogues} dialogues, ${report.turns} turns, ${(report.seconds / 3600).toFixed(2)} hours; left out: ${skipped.join(', ') || 'nothing'}`,
      );
    });
}
