#!/usr/bin/env bash
# @node-rs/jieba 2.0.1 (npm): loadDict() with a user dictionary as Python's jieba documents it ("word [frequency] [tag]", both optional).
# Guess: a bare word is kept together from then on, since Python's jieba computes a frequency that makes it win; a word that the
# dictionary has already takes the new tag.
# Seen: a bare word is accepted and changes nothing (with frequency 3 it wins); a word with a tag and no frequency fails the whole load;
# a word that is already there is still tagged as before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @node-rs/jieba@2.0.1
cat >try.mjs <<'JS'
import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict.js';
const tagged = (line, text) => {
  const jieba = Jieba.withDict(dict);
  try {
    if (line) jieba.loadDict(Buffer.from(`${line}\n`));
  } catch (error) {
    return error.message;
  }
  return jieba.tag(text).map(({ word, tag }) => `${word}/${tag}`).join(' ');
};
for (const line of ['', '落色', '落色 v', '落色 3 v']) console.log(`${line || 'none'}: ${tagged(line, '会落色')}`);
for (const line of ['', '高兴 3000 a']) console.log(`${line || 'none'}: ${tagged(line, '高兴')}`);
JS
seen=$(node try.mjs)
echo "$seen"
[ "$seen" = 'none: 会/v 落/v 色/ng
落色: 会/v 落/v 色/ng
落色 v: Load dict failed
落色 3 v: 会/v 落色/v
none: 高兴/b
高兴 3000 a: 高兴/b' ]
