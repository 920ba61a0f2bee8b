// The public surface of every package, written down by API Extractor from the built declarations: packages/NAME/etc/NAME.api.md, one for each
// entry. A surface that changes shows in a diff, and nobody changes it unawares.
// npm run api:reports [-- NAME…] writes them; with --check they are compared, and what differs fails (npm run check:packages).
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const temporary = mkdtempSync(path.join(os.tmpdir(), 'api-reports-'));

const names = positionals.length > 0 ? positionals : readdirSync(path.join(root, 'packages'));
let failures = 0;
try {
  for (const name of names) for (const entry of entriesOf(path.join(root, 'packages', name))) report(name, entry);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

/** The entries of a package that have types: what comes behind its name, and the file. */
function entriesOf(directory) {
  const { private: hidden, types, exports } = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
  if (hidden || !types) return [];
  return Object.entries(exports).flatMap(([key, conditions]) => {
    const file = conditions.import?.types ?? conditions.types;
    return typeof file === 'string' ? [{ directory, entry: key.slice(2), file: path.join(directory, file) }] : [];
  });
}

function report(name, { directory, entry, file }) {
  if (!existsSync(file)) throw new Error(`${file} is not there; run \`npm run build\` first`);
  const reportFileName = entry === '' ? name : `${name}-${entry.replaceAll('/', '-')}`;
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(directory, 'package.json'),
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: file,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'] },
            ...{ strict: true, skipLibCheck: true, types: ['node'] },
          },
          files: [file],
        },
      },
      apiReport: { enabled: true, reportFileName, reportFolder: folder('etc'), reportTempFolder: temporary },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // Everything that is exported is public; the style of comments is not this tool's affair.
        extractorMessageReporting: { default: { logLevel: 'none' } },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
  const { apiReportChanged, errorCount } = Extractor.invoke(config, {
    localBuild: !values.check,
    messageCallback: (message) => {
      if (message.logLevel !== 'error') message.handled = true;
    },
  });
  const shown = path.relative(root, config.reportFilePath);
  if (errorCount > 0 || (values.check && apiReportChanged)) {
    failures++;
    console.error(
      `${shown}: the surface has changed; run \`npm run api:reports\`, look at the diff, and add a changeset`,
    );
  } else console.log(`${shown}: ${apiReportChanged ? 'written' : 'ok'}`);

  function folder(sub) {
    const made = path.join(directory, sub);
    mkdirSync(made, { recursive: true });
    return made;
  }
}
