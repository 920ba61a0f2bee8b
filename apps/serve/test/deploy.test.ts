// The files under deploy/ name options, paths, variables and figures: they are to exist. What is for Kubernetes is checked by its own schemas.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { serveCommand } from '../src/commands/serve';
import { configuration, hasNginx } from './nginx-server';
import { freePort } from './redis-server';
import { startTestService } from './test-service';

const folder = path.join(__dirname, '../deploy');
const options = serveCommand().options.map(({ long }) => long);
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

test.each(['Containerfile', 'gpt-talker.service', 'kubernetes/replicas.yaml'])('%s', (name) => {
  const text = read(name).replace(/^#.*/gm, '');
  const lines = text.split('\n').filter((line) => /serve|args:.*--workers/.test(line) && !/npm|nx/.test(line));
  const named = lines.flatMap((line) => line.match(/--[a-z][a-z-]+/g) ?? []);
  expect(named.length).toBeGreaterThan(0);
  named.forEach((option) => expect(options).toContain(option));
});

test('Kubernetes’ schemas take what is for it', () => {
  const program = path.join(__dirname, 'kubernetes-schemas.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const answers = JSON.parse(stdout) as { object: string; complaint: string | null; broken: string }[];
  expect(answers.map(({ object }) => object)).toEqual([
    'Deployment gpt-talker-redis',
    'Service gpt-talker-redis',
    'Deployment gpt-talker',
    'Service gpt-talker',
    'PodDisruptionBudget gpt-talker',
    'HorizontalPodAutoscaler gpt-talker',
  ]);
  for (const { complaint, broken } of answers)
    expect([complaint, broken]).toEqual([null, expect.stringContaining('spec')]);
});

const { resources } = parse(read('kubernetes/kustomization.yaml')) as { resources: string[] };

test('the kustomization names every file that is applied, and the autoscaler’s figures are in /metrics', async () => {
  expect([...resources, 'kustomization.yaml', 'metrics-adapter.yaml'].sort()).toEqual(
    readdirSync(path.join(folder, 'kubernetes')).sort(),
  );
  const service = await startTestService();
  const figures = await (await service.get('/metrics')).text();
  await service.stop();
  const named = `${read('kubernetes/autoscaling.yaml')}${read('kubernetes/metrics-adapter.yaml')}`.match(
    /gpt_talker_\w+/g,
  );
  for (const name of new Set(named)) expect(figures).toContain(`\n${name} `);
});

(hasNginx ? test : test.skip)('nginx takes nginx.conf (skipped where nginx-light is not installed)', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'nginx-'));
  writeFileSync(path.join(place, 'nginx.conf'), configuration(['127.0.0.1:1'], `127.0.0.1:${await freePort()}`));
  const { status, stderr } = spawnSync('nginx', ['-t', '-p', place, '-c', path.join(place, 'nginx.conf')], {
    encoding: 'utf8',
  });
  rmSync(place, { recursive: true });
  expect([status, stderr]).toEqual([0, expect.stringContaining('test is successful')]);
});
