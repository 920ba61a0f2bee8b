// Every package has a version of its own: a change gives a new one to the package that changed, and to those that no longer accept it.
import path from 'node:path';
import assembleReleasePlan from '@changesets/assemble-release-plan';
import { read } from '@changesets/config';
import { getPackages } from '@manypkg/get-packages';

const root = path.resolve(__dirname, '../..');

async function releases(name: string, type: 'patch' | 'minor'): Promise<Record<string, string>> {
  const packages = await getPackages(root);
  const change = { id: 'a-change', summary: 'Changes something', releases: [{ name, type }] };
  const plan = assembleReleasePlan([change], packages, await read(root, packages), undefined);
  return Object.fromEntries(plan.releases.filter(({ type }) => type !== 'none').map(({ name, type }) => [name, type]));
}

test('a patch of one package releases that one alone', async () => {
  expect(await releases('@gpt-talker/context', 'patch')).toEqual({ '@gpt-talker/context': 'patch' });
});

test('packages that can do without a peer do not become 1.0.0 with each minor version of it', async () => {
  const released = await releases('@gpt-talker/nn', 'minor');
  expect(released['@gpt-talker/nn']).toBe('minor');
  expect(Object.values(released)).not.toContain('major');
});
