// Files that talk has signed, with a stand-in for the library (credentials.e2e.test.ts has the real one), and what is refused before anything
// is spoken.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openCredentials, type SignFile } from '../src/sound/content-credentials';
import { soundWriter } from '../src/sound/write-sound';

const folder = mkdtempSync(path.join(tmpdir(), 'credentials-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string) => {
  const made = path.join(folder, name);
  writeFileSync(made, content);
  return made;
};
const keyOf = (curve: string) =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const certificate = file('chain.pem', '-----BEGIN CERTIFICATE-----\n');
const audio = { samples: Float32Array.from({ length: 16_000 }, (_, i) => 0.3 * Math.sin(i / 10)), sampleRate: 16_000 };

test('what is signed says of what kind it is; the rest of the file is as it would be without', async () => {
  const asked: { manifest?: object; algorithm?: string; mimeType?: string } = {};
  const sign = await openCredentials({ certificate, key: file('key.pem', keyOf('P-384')) }, async () => ({
    LocalSigner: { newSigner: (_certificate, _key, algorithm) => Object.assign(asked, { algorithm }) },
    Builder: {
      withJson: (manifest) => {
        asked.manifest = manifest;
        return {
          sign: (_signer, from: { buffer?: Buffer; mimeType?: string }, to) => {
            asked.mimeType = from.mimeType;
            to.buffer = Buffer.concat([from.buffer!, Buffer.from('signed')]);
          },
        };
      },
    },
  }));
  for (const [name, mimeType] of [
    ['a.wav', 'audio/wav'],
    ['a.mp3', 'audio/mpeg'],
  ]) {
    const [signed, plain] = [path.join(folder, `signed-${name}`), path.join(folder, name)];
    await (
      await soundWriter(signed, sign)
    )(audio);
    await (
      await soundWriter(plain)
    )(audio);
    expect(readFileSync(signed).equals(Buffer.concat([readFileSync(plain), Buffer.from('signed')]))).toBe(true);
    expect(asked).toMatchObject({ algorithm: 'es384', mimeType });
  }
  expect(JSON.stringify(asked.manifest)).toContain('digitalsourcetype/trainedAlgorithmicMedia');
});

test('formats without a place for it, files that are none, keys that nobody signs with', async () => {
  const sign: SignFile = (bytes) => bytes;
  await expect(soundWriter(path.join(folder, 'a.opus'), sign)).rejects.toThrow(
    /no place for credentials in \.opus; end the name in/,
  );
  const key = file('good.pem', keyOf('P-256'));
  const refuse = (files: { certificate: string; key: string }) => expect(openCredentials(files)).rejects;
  await refuse({ certificate: 'gone.pem', key }).toThrow(/--c2pa-certificate gone\.pem: cannot be read \(ENOENT\)/);
  await refuse({ certificate: file('der', 'x'), key }).toThrow(/is not in PEM/);
  await refuse({ certificate, key: file('no-key.pem', '-----BEGIN CERTIFICATE-----\n') }).toThrow(
    /holds no private key/,
  );
  await refuse({ certificate, key: file('odd.pem', keyOf('secp256k1')) }).toThrow(/C2PA does not sign with ec/);
});

const installed = ((): boolean => {
  try {
    require.resolve('@contentauth/c2pa-node/package.json');
    return true;
  } catch {
    return false;
  }
})();

(installed ? test.skip : test)('without the library: how to install it', async () => {
  const key = file('good.pem', keyOf('P-256'));
  await expect(openCredentials({ certificate, key })).rejects.toThrow(
    /c2pa-node is not installed; run 'npm install @contentauth\/c2pa-node' \(Node 22 and later\), or leave it out/,
  );
});
