#!/usr/bin/env bash
# yauzl 3.2.0, jszip 3.10.1, adm-zip 0.5.16, @zip.js/zip.js 2.7.57, fflate 0.8.2 (npm): a checkpoint as newer versions of GPT-SoVITS save it,
# a zip file of PyTorch's whose first two bytes are not "PK" but the model's version, "05".
# Guess: readers that begin with the directory at the end, where all offsets are, take it; only those that look at the first bytes do not.
# Seen: four of five refuse it, although all read the directory first: the local header in front of a file's bytes is checked again, and the
# first file's is the one that was written over. fflate reads it. GPT-SoVITS itself puts the two bytes back before it loads a file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund yauzl@3.2.0 jszip@3.10.1 adm-zip@0.5.16 @zip.js/zip.js@2.7.57 fflate@0.8.2
cat >try.mjs <<'JS'
import { TextWriter, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';
import AdmZip from 'adm-zip';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import JSZip from 'jszip';
import yauzl from 'yauzl';

const NAME = 'archive/version';
const stored = (text) => [strToU8(text), { level: 0 }];
const whole = zipSync({ [NAME]: stored('3'), 'archive/data.pkl': stored('.') });
const tagged = whole.slice();
tagged.set(strToU8('05'), 0);

const readers = {
  fflate: async (zip) => strFromU8(unzipSync(zip)[NAME]),
  jszip: async (zip) => (await JSZip.loadAsync(zip)).file(NAME).async('string'),
  'adm-zip': async (zip) => new AdmZip(Buffer.from(zip)).readAsText(NAME),
  'zip.js': async (zip) => {
    const entries = await new ZipReader(new Uint8ArrayReader(zip)).getEntries();
    return entries.find(({ filename }) => filename === NAME).getData(new TextWriter());
  },
  yauzl: (zip) =>
    new Promise((resolve, reject) =>
      yauzl.fromBuffer(Buffer.from(zip), { lazyEntries: true }, (error, file) => {
        if (error) return reject(error);
        file.on('error', reject);
        file.on('entry', (entry) => {
          if (entry.fileName !== NAME) return file.readEntry();
          file.openReadStream(entry, (failed, stream) => {
            if (failed) return reject(failed);
            let text = '';
            stream.on('data', (data) => (text += data)).on('end', () => resolve(text));
          });
        });
        file.readEntry();
      }),
    ),
};
const seen = {};
for (const [name, read] of Object.entries(readers)) {
  const outcome = (zip) => read(zip).catch((error) => (console.error(`${name}: ${error.message}`), 'refused'));
  seen[name] = [await outcome(whole), await outcome(tagged)].join(' ');
}
console.log(JSON.stringify(seen));
JS
seen=$(node try.mjs)
echo "$seen"
[ "$seen" = '{"fflate":"3 3","jszip":"3 refused","adm-zip":"3 refused","zip.js":"3 refused","yauzl":"3 refused"}' ]
