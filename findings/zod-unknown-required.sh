#!/usr/bin/env bash
# zod 4.1.13 against 4.6.7 (npm): a member of z.unknown() or z.any() that is absent.
# Guess: as in zod 3 and in 4.0 and 4.1, an object without the member passes, since undefined is unknown too.
# Seen: 4.6.7 refuses it ("expected nonoptional, received undefined"); only .optional() lets it be absent. A minor update turns records that
# were valid into invalid ones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund old@npm:zod@4.1.13 new@npm:zod@4.6.7
cat >try.mjs <<'JS'
const seen = {};
for (const version of ['old', 'new']) {
  const { z } = await import(version);
  const passes = (member) => z.object({ a: member }).safeParse({}).success;
  seen[version] = { unknown: passes(z.unknown()), any: passes(z.any()), optional: passes(z.unknown().optional()) };
}
console.log(JSON.stringify(seen));
JS
seen=$(node try.mjs)
echo "$seen"
[ "$seen" = '{"old":{"unknown":true,"any":true,"optional":true},"new":{"unknown":false,"any":false,"optional":true}}' ]
