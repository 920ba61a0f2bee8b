// The files under deploy/ name options, paths, variables and figures: they are to exist. What is for Kubernetes is checked by its own schemas.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { serveCommand } from '../src/commands/serve';
import { configuration, hasNginx } from './nginx-server';
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

interface KubernetesObject {
  apiVersion: string;
  kind: string;
}
type Model = new (object: KubernetesObject) => { validate(): void };

const { resources } = parse(read('kubernetes/kustomization.yaml')) as { resources: string[] };
const objects = resources.flatMap((name) =>
  parseAllDocuments(read(`kubernetes/${name}`)).map((document) => document.toJS() as KubernetesObject),
);

test.each(objects.map((object) => [`${object.apiVersion} ${object.kind}`, object] as const))(
  'Kubernetes’ schema takes the %s',
  async (_name, object) => {
    const models = (await import(`kubernetes-models/${object.apiVersion}`)) as Record<string, Model>;
    new models[object.kind](object).validate();
    const broken = { ...object, spec: 'none' };
    expect(() => new models[object.kind](broken).validate()).toThrow('spec');
  },
);

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

(hasNginx ? test : test.skip)('nginx takes nginx.conf (skipped where nginx-light is not installed)', () => {
  const place = mkdtempSync(path.join(tmpdir(), 'nginx-'));
  writeFileSync(path.join(place, 'nginx.conf'), configuration(['127.0.0.1:1'], '127.0.0.1:0'));
  const { status, stderr } = spawnSync('nginx', ['-t', '-p', place, '-c', path.join(place, 'nginx.conf')], {
    encoding: 'utf8',
  });
  rmSync(place, { recursive: true });
  expect([status, stderr]).toEqual([0, expect.stringContaining('test is successful')]);
});
