// gpt-talker-train collect: from videos and recordings to a corpus in NCSSD's layout, in one go or step by step.
import type { Command } from 'commander';
import type { Progress, StepName } from '@gpt-talker/dataset/collect';
import { addStepOptions, collectOptions, type CollectArguments } from './collect-options';

const DESCRIPTIONS: Readonly<Record<StepName, string>> = {
  extract: 'take the sound out of videos and recordings (ffmpeg)',
  vad: 'find scenes: where people speak without long silences',
  separate: 'part the voice from the background, and keep scenes in which it is loud enough',
  enhance: 'enhance the voice',
  diarize: 'find out who speaks when',
  transcribe: 'find out what is said',
  dialogues: 'join utterances to turns, and find runs of two speakers',
  retranscribe: 'transcribe every turn again with a second recogniser',
  layout: 'write the corpus in NCSSD’s layout',
};
const STEPS = Object.keys(DESCRIPTIONS) as StepName[];

export function addCollectCommand(program: Command): void {
  const collect = program
    .command('collect')
    .description('make a corpus of conversations from videos and recordings (docs/collection.md)');
  const run = collect
    .command('run <recordings...>')
    .description('all steps; run it again to go on after an interruption');
  addStepOptions(run, STEPS).action((inputs: string[], given: CollectArguments) => collectSteps(STEPS, inputs, given));
  for (const step of STEPS) {
    const command = collect.command(step).description(DESCRIPTIONS[step]);
    if (step === 'extract') command.argument('<recordings...>', 'files, or folders of them');
    addStepOptions(command, [step]).action((...args: unknown[]) => {
      const [inputs, given] = step === 'extract' ? args : [[], args[0]];
      return collectSteps([step], inputs as string[], given as CollectArguments);
    });
  }
}

async function collectSteps(
  steps: readonly StepName[],
  inputs: readonly string[],
  given: CollectArguments,
): Promise<void> {
  const { collect, COLLECT_OPTIONS, reportText } = await import('@gpt-talker/dataset/collect');
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const options = collectOptions(inputs, given, COLLECT_OPTIONS);
    const reports = await collect(options, { steps, signal: stop.signal, onProgress: showProgress() });
    console.log(reportText(reports));
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

const LOG_EVERY_SECONDS = 10;

/** A line on stderr at each step's beginning, and every ten seconds. */
function showProgress(): (progress: Progress) => void {
  let shown = { step: '', at: 0 };
  let count = 0;
  return ({ step, unit }) => {
    count = step === shown.step ? count + 1 : 1;
    const now = performance.now() / 1000;
    if (step === shown.step && now - shown.at < LOG_EVERY_SECONDS) return;
    shown = { step, at: now };
    process.stderr.write(`${step}: ${unit}${count > 1 ? ` (${count} done)` : ''}\n`);
  };
}
