#!/usr/bin/env bash
# tools/gpu-check.sh [cuda|webgpu|cpu]: on a machine with a GPU, compares what it computes with the processor and measures it: decoding
# of both models, one training step of either stage. Prints a table; within six minutes. Needs `npm ci`, and for cuda its libraries and
#   ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node
# `cpu` compares the processor with itself, which shows that the check itself works.
set -euo pipefail
cd "$(dirname "$0")/.."
provider=${1:-cuda}
limit=${GPU_CHECK_SECONDS:-330}
if command -v nvidia-smi > /dev/null; then nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader; fi
node --version
exec timeout "$limit" node tools/run.cjs tools/gpu/check.ts "$provider"
