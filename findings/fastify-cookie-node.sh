#!/usr/bin/env bash
# fastify 5.12.8 (npm), which runs on Node 20, installed with Node 20.
# Guess: everything that it brings says that it runs on Node 20 too.
# Seen: light-my-request 6.8.1, of the range ^6.0.0, brings cookie 2.0.2, which wants Node 22. npm warns (EBADENGINE) at every installation of what
# depends on fastify, and refuses with engine-strict; fastify itself works. light-my-request 6.6.0 beside it, within fastify's range, brings
# cookie 1 and no warning.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@20
export PATH=$folder/node_modules/.bin:$PATH
warnings() {
  local project
  project=$(mktemp -d "$folder/project-XXXX")
  (cd "$project" && npm init -y >/dev/null && npm install --no-audit --no-fund "$@" 2>&1 | grep -c "package: 'cookie@2" || true)
}
seen="$(node -p 'process.versions.node.split(".")[0]') $(warnings fastify@5.12.8) $(warnings fastify@5.12.8 light-my-request@6.6.0)"
echo "$seen"
[ "$seen" = '20 1 0' ]
