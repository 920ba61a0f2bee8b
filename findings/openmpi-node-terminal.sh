#!/usr/bin/env bash
# Open MPI 4.1.4 (Debian 12's openmpi-bin): what a Node program that mpirun starts takes its output for, when mpirun's own goes into a file.
# Guess: both are pipes, and Node's `isTTY` is undefined for both.
# Seen: standard output is a terminal with 0 columns, so console.log colours its numbers into the file, and what fits lines to
# `process.stdout.columns` fits them to nothing; standard error is a pipe, as guessed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
version=$(mpirun --version | head -1)
echo "$version"
[[ $version == *' 4.1.4' ]]
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mpirun -n 1 node -e 'console.log(1); console.log(JSON.stringify([process.stdout.isTTY, process.stdout.columns, process.stderr.isTTY ?? null]))' \
  >"$folder/out" 2>"$folder/err"
cat -v "$folder/out"
[[ $(cat -v "$folder/out" | tr -d '\n$') == '^[[33m1^[[39m[true,0,null]' ]]
