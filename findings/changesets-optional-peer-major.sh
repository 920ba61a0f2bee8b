#!/usr/bin/env bash
# @changesets/cli 2.29.7 (npm): a package at 0.1.0 with an optional peer of the same workspace, "^0.1.0", and a minor change of that peer.
# Guess: an optional peer is treated as a dependency is: the dependent gets a patch (or a minor) version and the new range.
# Seen: the dependent becomes 1.0.0, because the peer's 0.2.0 is outside ^0.1.0, whether the peer is optional or not. With the range 0.x and
# onlyUpdatePeerDependentsWhenOutOfRange it stays as it is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
git init --quiet .
npm init -y >/dev/null
npm pkg set private=true --json >/dev/null
npm pkg set 'workspaces[]=packages/*' >/dev/null
npm install --silent --no-audit --no-fund @changesets/cli@2.29.7
mkdir -p packages/base packages/user .changeset
echo '{"name": "base", "version": "0.1.0"}' >packages/base/package.json
printf -- "---\n'base': minor\n---\n\nChanges.\n" >change.md
version() { # range of the peer, whether ranges that still fit keep the dependent as it is
  echo '{"name": "base", "version": "0.1.0"}' >packages/base/package.json
  echo "{\"name\": \"user\", \"version\": \"0.1.0\", \"peerDependencies\": {\"base\": \"$1\"}, \"peerDependenciesMeta\": {\"base\": {\"optional\": true}}}" >packages/user/package.json
  echo "{\"changelog\": false, \"baseBranch\": \"main\", \"___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH\": {\"onlyUpdatePeerDependentsWhenOutOfRange\": $2}}" >.changeset/config.json
  cp change.md .changeset/a-change.md
  npx --no-install changeset version >/dev/null 2>&1
  node -p "require('./packages/user/package.json').version"
}
seen="$(version '^0.1.0' false) $(version '^0.1.0' true) $(version 0.x true)"
echo "$seen"
[ "$seen" = '1.0.0 1.0.0 0.1.0' ]
