// What `serve` prints: its address and warnings in words for people at a terminal; JSON lines where nobody looks, or where they are asked for.
// The terminal is util-linux's `script`; without it the test is skipped.
import { execFileSync, spawn } from 'node:child_process';
import { program } from './serving-program';

const hasScript = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();
const onTerminal = hasScript ? test.each : test.skip.each;

/** Runs it at a terminal until it listens, then presses Ctrl-C. @returns all that the terminal showed, and the exit code */
function atTerminal(...options: string[]): Promise<{ lines: string[]; code: number | null }> {
  const command = [process.execPath, program, 'serve', '--port', '0', '--threads', '1', ...options];
  // A shell that waits for the program gets the same Ctrl-C and may end by it (dash does): the program takes the shell's place.
  const quoted = `exec ${command.map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], {
    env: { ...process.env, SHELL: '/bin/sh', NODE_OPTIONS: '' },
  });
  let shown = '';
  let pressed = false;
  child.stdout.on('data', (part) => {
    shown += String(part);
    if (pressed || !/listens on \S+\r?\n/.test(shown)) return;
    pressed = true;
    child.stdin.write('\u0003');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ lines: shown.split(/\r?\n/).filter((line) => line.trim() !== ''), code }));
  });
}

onTerminal([
  ['in words', [], 0],
  ['as JSON lines where they are asked for', ['--log-level', 'info'], 3],
])('a terminal is told %s', async (_what, options, fewest) => {
  const { lines, code } = await atTerminal(...options);
  expect(code).toBe(0);
  expect(lines.filter((line) => /^gpt-talker listens on http:\/\/127\.0\.0\.1:\d+$/.test(line))).toHaveLength(1);
  const json = lines.filter((line) => line.startsWith('{'));
  expect(json.length).toBeGreaterThanOrEqual(fewest);
  if (fewest === 0) expect(json).toEqual([]);
  else expect(json.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain('listening');
});
