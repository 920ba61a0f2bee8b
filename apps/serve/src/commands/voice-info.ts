// gpt-talker voice info: what a voice's folder holds, whose speech it is, and under what terms.
import type { VoiceManifest } from '@gpt-talker/voice';
import { Command } from 'commander';

export function infoCommand(): Command {
  return new Command('info')
    .description('Prints what a voice is: version, sizes, licence, languages, consent.')
    .argument('<folder>', 'folder of the voice')
    .option('--json', 'print one JSON object')
    .action((folder: string, options: { json?: boolean }) => info(folder, options));
}

async function info(folder: string, { json }: { json?: boolean }): Promise<void> {
  const { openVoice } = await import('@gpt-talker/voice');
  const { manifest } = await openVoice(folder);
  const lines = describe(manifest);
  if (json) process.stdout.write(`${JSON.stringify(Object.fromEntries(lines))}\n`);
  else process.stdout.write(lines.map(([name, value]) => `${`${name}:`.padEnd(14)}${value}\n`).join(''));
}

function describe(manifest: VoiceManifest): [string, string][] {
  const { name, description, model, version, license, origin, consent, languages, gpt, vits, symbols } = manifest;
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  const tokens = manifest.semantic.vocabulary - 1;
  return [
    ['name', name],
    ...(description ? ([['description', description]] as [string, string][]) : []),
    ['model', model ?? 'not stated'],
    ['format', `version ${version}`],
    ['languages', languages.join(', ')],
    ['sound', `${manifest.sampleRate} Hz`],
    ['ConGPT', `${gpt.layers} layers, width ${gpt.width}, ${tokens} speech tokens, ${symbols.length} symbols`],
    [
      'ConVITS',
      `style of ${vits.styleChannels} numbers${manifest.speaker ? `, and a speaker's ${manifest.speaker.width}` : ''}`,
    ],
    ['encodes with', manifest.encoder.kind === 'hubert' ? 'HuBERT' : 'speech codes of its own'],
    ['reads with', manifest.text.features === 'bert' ? 'phonemes and BERT' : 'phonemes'],
    ['references', String(manifest.references.length)],
    ['size', `${(bytes / 2 ** 20).toFixed(1)} MiB in ${Object.keys(manifest.files).length} files`],
    ['license', license],
    ['origin', origin],
    ['speech of', consent?.speaker ?? 'not stated'],
    ['by right of', consent?.right ?? 'not stated'],
  ];
}
