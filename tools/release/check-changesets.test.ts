// check-changesets.mjs in a repository of its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const PROGRAM = path.resolve(__dirname, 'check-changesets.mjs');
const REPORT = 'packages/voice/etc/voice.api.md';
let folder: string;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: folder, stdio: 'pipe' });
function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}
function commit(files: Record<string, string>): void {
  write(files);
  git('add', '.');
  git('commit', '-qm', 'change');
}
function check(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, said: (stdout + stderr).trim() };
}
const manifest = (version: string) => JSON.stringify({ name: '@gpt-talker/voice', version });
const changeset = (name: string) => `---\n'${name}': minor\n---\n\nSays what changed.\n`;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'changesets-'));
  git('init', '-qb', 'main');
  commit({
    'packages/voice/package.json': manifest('0.1.0'),
    [REPORT]: 'export const a: number;',
    '.changeset/old.md': changeset('@gpt-talker/voice'),
  });
  git('checkout', '-qb', 'work');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SILENT = {
  status: 1,
  said: '@gpt-talker/voice: the public surface has changed, and no changeset says so; run npm run changeset',
};

test('a change of the surface wants a changeset of its own that names the package', () => {
  commit({ 'packages/voice/src/index.ts': '// inside' });
  expect(check()).toEqual({ status: 0, said: 'no public surface has changed' });
  commit({ [REPORT]: 'export const a: string;' });
  expect(check()).toEqual(SILENT);
  commit({ '.changeset/new.md': changeset('@gpt-talker/audio') });
  expect(check()).toEqual(SILENT);
  commit({ '.changeset/other.md': changeset('@gpt-talker/voice') });
  expect(check()).toEqual({ status: 0, said: 'announced: @gpt-talker/voice' });
  expect(check('HEAD~1')).toEqual({ status: 0, said: 'no public surface has changed' });
});

test('what is not committed yet counts; a raised version has taken its changesets', () => {
  write({ [REPORT]: 'export const a: string;' });
  expect(check()).toEqual(SILENT);
  write({ '.changeset/new.md': changeset('@gpt-talker/voice') });
  expect(check().status).toBe(0);
  rmSync(path.join(folder, '.changeset/new.md'));
  write({ 'packages/voice/package.json': manifest('0.2.0') });
  expect(check().status).toBe(0);
});

test('a commit that is not there is told', () => {
  expect(check('no-such-branch')).toEqual({
    status: 1,
    said: 'no-such-branch: no commit of this clone; fetch it (actions/checkout: fetch-depth 0), or give another',
  });
});
