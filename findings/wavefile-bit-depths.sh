#!/usr/bin/env bash
# wavefile 11.0.0 (npm): a 16-bit file made 24-bit, 32-bit or float with toBitDepth(), and 16-bit again.
# Guess: the wider formats hold every 16-bit value, so that all 65,536 come back.
# Seen: samples above zero are scaled by 32767 and those below by 32768, and cut instead of rounded: 32,766 values come back one step
# lower by way of 24 or 32 bits, 16,639 by way of 32-bit floats, none by way of 64-bit floats.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund wavefile@11.0.0
cat >try.mjs <<'JS'
import wavefile from 'wavefile';
const all = Int16Array.from({ length: 65536 }, (_, value) => value - 32768);
for (const wider of ['24', '32', '32f', '64']) {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(1, 16000, '16', all);
  wav.toBitDepth(wider);
  wav.toBitDepth('16');
  const back = wav.getSamples(false, Int16Array);
  const differ = all.filter((value, at) => value !== back[at]);
  console.log(`${wider}: ${differ.length} differ, all positive: ${differ.every((value) => value > 0)}`);
}
JS
seen=$(node try.mjs)
echo "$seen"
[ "$seen" = '24: 32766 differ, all positive: true
32: 32766 differ, all positive: true
32f: 16639 differ, all positive: true
64: 0 differ, all positive: true' ]
