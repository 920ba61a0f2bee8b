// C2PA's Content Credentials (https://spec.c2pa.org): a signed statement inside a finished file of how it was made. By the project's own library,
// @contentauth/c2pa-node (MIT, a native addon of 67 MB, Node 22 and later), an optional peer that is loaded only where it is asked for. A
// statement has a hash of the whole file, so that what is sent while it is made cannot have one: docs/decisions/0032-content-credentials.md.
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DIGITAL_SOURCE_TYPE, SYNTHETIC_SOFTWARE } from '@gpt-talker/audio';
import { loadOptionalPackage } from '../optional-package';
import { packageVersion } from '../own-package';
import { UsageError } from '../report-error';

export const C2PA_INSTALL = 'npm install @contentauth/c2pa-node';

/** Files in PEM. */
export interface CredentialFiles {
  /** The signer's certificate and those up to its root. */
  certificate: string;
  key: string;
}

/** Kinds of files that can have credentials, and C2PA's names of them. */
const FORMATS = { wav: 'audio/wav', mp3: 'audio/mpeg', flac: 'audio/flac' } as const;
export type SignableFormat = keyof typeof FORMATS;
export const isSignable = (format: string): format is SignableFormat => Object.hasOwn(FORMATS, format);

/** Puts credentials into a file. @throws UsageError where its signature is refused */
export type SignFile = (file: Uint8Array, format: SignableFormat) => Uint8Array;

/** What is used of c2pa-node. */
interface C2pa {
  LocalSigner: { newSigner(certificate: Buffer, key: Buffer, algorithm: string): object };
  Builder: {
    withJson(manifest: object): { sign(signer: object, from: object, to: { buffer: Buffer | null }): unknown };
  };
}

/** Elliptic curves by OpenSSL's names. */
const BY_CURVE: Partial<Record<string, string>> = { prime256v1: 'es256', secp384r1: 'es384', secp521r1: 'es512' };

/** @throws UsageError for files that are none, and where the library is not installed */
export async function openCredentials(
  { certificate, key }: CredentialFiles,
  load: () => Promise<C2pa> = loadC2pa,
): Promise<SignFile> {
  const [chain, secret] = await Promise.all([pemOf('--c2pa-certificate', certificate), pemOf('--c2pa-key', key)]);
  const algorithm = algorithmOf(key, secret);
  const { Builder, LocalSigner } = await load();
  return (file, format) => {
    const mimeType = FORMATS[format];
    const signed: { buffer: Buffer | null } = { buffer: null };
    try {
      const signer = LocalSigner.newSigner(chain, secret, algorithm);
      Builder.withJson(manifestOf(mimeType)).sign(signer, { buffer: Buffer.from(file), mimeType }, signed);
    } catch (error) {
      const [reason] = (error as Error).message.split('\n');
      throw new UsageError(`--c2pa-certificate ${certificate}: cannot be signed with (${reason}); check both files`, {
        cause: error,
      });
    }
    return signed.buffer!;
  };
}

function manifestOf(format: string): object {
  const made = { action: 'c2pa.created', digitalSourceType: DIGITAL_SOURCE_TYPE };
  return {
    claim_generator_info: [{ name: SYNTHETIC_SOFTWARE, version: packageVersion() }],
    format,
    assertions: [{ label: 'c2pa.actions', data: { actions: [made] } }],
  };
}

async function pemOf(option: string, file: string): Promise<Buffer> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${option} ${file}: cannot be read (${error.code}); check the path`);
  });
  if (!content.includes('-----BEGIN '))
    throw new UsageError(`${option} ${file}: is not in PEM; convert it with openssl`);
  return content;
}

function algorithmOf(file: string, pem: Buffer): string {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new UsageError(
      `--c2pa-key ${file}: holds no private key that can be read without a password; give it in PKCS #8`,
    );
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const algorithm =
    type === 'ed25519'
      ? 'ed25519'
      : type === 'rsa' || type === 'rsa-pss'
        ? 'ps256'
        : BY_CURVE[details?.namedCurve ?? ''];
  if (algorithm) return algorithm;
  throw new UsageError(
    `--c2pa-key ${file}: C2PA does not sign with ${type}; give a key of P-256, P-384, P-521, Ed25519 or RSA`,
  );
}

async function loadC2pa(): Promise<C2pa> {
  const name = '@contentauth/c2pa-node';
  const loaded = await loadOptionalPackage(name, ({ absent, reason }) => {
    const why = absent ? 'is not installed' : `cannot be loaded (${reason})`;
    return `--c2pa-certificate: ${name} ${why}; run '${C2PA_INSTALL}' (Node 22 and later), or leave it out: files are marked in XMP all the same`;
  });
  return loaded as C2pa;
}
