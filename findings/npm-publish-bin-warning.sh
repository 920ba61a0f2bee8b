#!/usr/bin/env bash
# npm 11.19.1: publishing a package whose bin is written "./tool.js".
# Guess: nothing is said, since `npm pkg fix` knows the form, or that the path was tidied.
# Seen: it warns that the "script name tool.js was invalid and removed", and yet nothing is removed: the program is installed and runs. Only
# the "./" goes. A reader of the warning looks for a fault that is not there; written without "./", nothing is said.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund npm@11.19.1
npm=$folder/node_modules/.bin/npm
mkdir tool user
printf '#!/usr/bin/env node\nconsole.log("runs");\n' >tool/tool.js
warned() { # the bin as it is written
  echo "{\"name\": \"a-tool-of-nobody\", \"version\": \"1.0.0\", \"bin\": {\"a-tool\": \"$1\"}}" >tool/package.json
  "$npm" publish ./tool --dry-run 2>&1 | grep -c 'script name tool.js was invalid and removed' || true
}
seen="$(warned tool.js) $(warned ./tool.js)"
"$npm" pack ./tool --silent >/dev/null
(cd user && "$npm" init -y >/dev/null && "$npm" install --silent --no-audit --no-fund ../a-tool-of-nobody-1.0.0.tgz)
seen="$seen $(user/node_modules/.bin/a-tool)"
echo "$seen"
[ "$seen" = '0 1 runs' ]
