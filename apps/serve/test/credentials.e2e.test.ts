// C2PA's own library signs what talk writes, and finds in it what was signed. Skipped where it is not installed (npm install --no-save
// @contentauth/c2pa-node; Node 22 and later): it has 67 MB.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runNode } from './run-program';
import { program } from './serving-program';

const LIBRARY = '@contentauth/c2pa-node';
const installed = ((): boolean => {
  try {
    return Number(process.versions.node.split('.')[0]) >= 22 && require.resolve(LIBRARY) !== '';
  } catch {
    return false;
  }
})();
const folder = mkdtempSync(path.join(tmpdir(), 'credentials-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => path.join(folder, name);

/** A signer's chain and key, of a root that nobody trusts. */
function makeCertificates(): void {
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'ignore', cwd: folder });
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const rootUsage = ['-addext', 'keyUsage=critical,keyCertSign'];
  openssl(
    'req',
    '-x509',
    ...fresh,
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-days',
    '2',
    '-subj',
    '/O=Test/CN=Root',
    ...rootUsage,
  );
  openssl('req', '-new', ...fresh, '-keyout', 'signer.key', '-out', 'signer.csr', '-subj', '/O=Test/CN=Signer');
  const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
  extensions.push('extendedKeyUsage=emailProtection', 'subjectKeyIdentifier=hash', 'authorityKeyIdentifier=keyid');
  writeFileSync(at('extensions'), extensions.join('\n'));
  const by = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
  openssl('x509', '-req', '-in', 'signer.csr', '-out', 'signer.pem', ...by);
  writeFileSync(at('chain.pem'), readFileSync(at('signer.pem'), 'utf8') + readFileSync(at('root.pem'), 'utf8'));
}

(installed ? test.each : test.skip.each)([
  ['wav', 'audio/wav'],
  ['mp3', 'audio/mpeg'],
])('%s', async (ending, mimeType) => {
  makeCertificates();
  const out = at(`hello.${ending}`);
  const pems = ['--c2pa-certificate', at('chain.pem'), '--c2pa-key', at('signer.key')];
  const { code, stderr } = await runNode([program, 'talk', 'Hello there.', '--out', out, ...pems]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const look = `import { readFileSync } from 'node:fs'; import { Reader } from '${LIBRARY}';
    const asset = { buffer: readFileSync(${JSON.stringify(out)}), mimeType: '${mimeType}' };
    console.log(JSON.stringify((await Reader.fromAsset(asset)).json()));`;
  const found = await runNode(['--input-type=module', '--eval', look]);
  const credentials = JSON.parse(found.stdout) as { validation_status?: { code: string }[] };
  expect(found.stdout).toContain('digitalsourcetype/trainedAlgorithmicMedia');
  // All but that nobody trusts the root.
  expect(credentials.validation_status?.map(({ code: status }) => status)).toEqual(['signingCredential.untrusted']);
});
