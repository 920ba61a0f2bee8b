#!/usr/bin/env bash
# @ai-sdk/provider 4.0.38 (npm), of which every provider's types are made, in a TypeScript 5.9.3 project with `strict` and with skipLibCheck off.
# Guess: what its declarations import, its dependencies bring; a program that imports one type of it compiles.
# Seen: TS7016. Its declarations import JSONSchema7 from 'json-schema', whose package it depends on and which has no types; @types/json-schema is
# among its development dependencies alone. With @types/json-schema beside it, the same program compiles.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @ai-sdk/provider@4.0.38 typescript@5.9.3
echo "import type { JSONValue } from '@ai-sdk/provider'; export const value: JSONValue = 1;" >program.ts
compile() { npx tsc --strict --noEmit --skipLibCheck false --target es2022 --module nodenext program.ts || true; }
alone=$(compile)
npm install --silent --no-audit --no-fund @types/json-schema@7.0.15
with=$(compile)
echo "alone: $(grep -c TS7016 <<<"$alone") errors; with @types/json-schema: ${with:-none}"
grep -q "TS7016: Could not find a declaration file for module 'json-schema'" <<<"$alone" && [ -z "$with" ]
