#!/usr/bin/env bash
# bonjour-service 1.4.4 (multicast-dns 7.2.5), Linux. Guess: with `interface`, a service is announced and answered for on that interface alone.
# Seen: it is announced, and never answered for: the socket is bound to that address, and what is sent to 224.0.0.251 does not reach it. A
# browser on the same interface finds nothing either. With `bind: '0.0.0.0'` beside it, both work: found after about a second.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts bonjour-service@1.4.4 multicast-dns@7.2.5
cat >try.mjs <<'JS'
import { Bonjour } from 'bonjour-service';
const found = [];
for (const options of [{ interface: '127.0.0.1' }, { interface: '127.0.0.1', bind: '0.0.0.0' }]) {
  const [browser, announcer] = [new Bonjour(options), new Bonjour(options)];
  found.push(
    await new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), 4000);
      browser.find({ type: 'wyoming' }, () => (clearTimeout(late), resolve(true)));
      announcer.publish({ name: `service ${process.pid} ${found.length}`, type: 'wyoming', port: 10200 });
    }),
  );
  await new Promise((done) => announcer.unpublishAll(done));
  announcer.destroy();
  browser.destroy();
}
console.log(`found: with interface ${found[0]}, with bind too ${found[1]}`);
process.exit(found[0] === false && found[1] === true ? 0 : 1);
JS
node try.mjs
