// npm runs the install script of a package whose entry in the lock file says that it has one. onnxruntime-node's fetches CUDA libraries from
// outside the npm registry, so its entry must not: docs/decisions/0016-onnxruntime-without-scripts.md.
import { readFileSync } from 'node:fs';
import path from 'node:path';

test('npm ci runs no install script of onnxruntime-node', () => {
  const { packages } = JSON.parse(readFileSync(path.resolve(__dirname, '../../package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; hasInstallScript?: boolean }>;
  };
  const entry = packages['node_modules/onnxruntime-node'];
  expect(entry.version).toMatch(/^1\./);
  // After an update of it, delete that line from the lock file again.
  expect(entry.hasInstallScript).toBeUndefined();
});
