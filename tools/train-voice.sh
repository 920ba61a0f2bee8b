#!/usr/bin/env bash
# Makes the embedded voice: corpus → speech codes → prepared data → ConGPT and ConVITS → packages/voice-tiny/voice.
# Every part is resumable: run it again, and it goes on where it was. Usage: tools/train-voice.sh [MINUTES for each model]
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-}
run=runs/voice-tiny
config=configs/voice-tiny.yaml
train() { node apps/train/dist/cli.js "$@"; }

npx nx run-many -t bundle --projects=app-train --outputStyle=static >/dev/null
mkdir -p $run
[ -f runs/corpus/manifest.jsonl ] || npm run --silent corpus -- --out runs/corpus
[ -f $run/codebook.safetensors ] || train encoder --config $config --manifest runs/corpus/manifest.jsonl --out $run/codebook.safetensors
[ -f $run/prepared/corpus.json ] || train prepare --corpus runs/corpus --format manifest --keep-audio --codebook $run/codebook.safetensors --out $run/prepared
# The models do not depend on each other: one core for each.
train gpt --config $config --data $run/prepared --out $run/gpt --resume --threads 1 ${minutes:+--minutes $minutes} 2>>$run/gpt.log & gpt=$!
train vits --config $config --data $run/prepared --codebook $run/codebook.safetensors --out $run/vits --resume --threads 1 ${minutes:+--minutes $minutes} 2>>$run/vits.log & vits=$!
trap 'kill $gpt $vits 2>/dev/null || true' INT TERM
wait $gpt
wait $vits
references=()
while IFS= read -r reference; do references+=(--reference "$reference"); done < <(node tools/voice-references.mjs runs/corpus/manifest.jsonl)
train export --config $config --gpt $run/gpt/last.safetensors --vits $run/vits/last.safetensors --codebook $run/codebook.safetensors \
  "${references[@]}" \
  --license "MIT; trained on speech by the flite voices slt, rms and awb, see NOTICE" \
  --origin "Trained from scratch by npm run train:voice on a corpus that npm run corpus spoke with flite; configs/voice-tiny.yaml" \
  --speaker "the flite voices slt, rms and awb of Carnegie Mellon University" --right "free to use, see NOTICE" \
  --description "The embedded voice of GPT-Talker: English, two speakers" \
  --out packages/voice-tiny/voice
train align --voice packages/voice-tiny/voice --manifest runs/corpus/manifest.jsonl
node tools/voice-summary.mjs $run packages/voice-tiny/training.json
