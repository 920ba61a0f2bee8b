#!/usr/bin/env bash
# @redis/client 6.3.1 (Redis 7.0.15, Debian 12's redis-server): `socketTimeout` where the network swallows what is sent.
# Guess: a connection from which nothing comes for socketTimeout is closed and made again, whatever is asked on it; commandOptions.timeout ends the commands.
# Seen: only an idle connection is closed. Each command that is written counts as activity of its socket, so with one every 300 ms nothing happens for as
# long as one looks (socketTimeout and timeout were 1.5 s and 1 s), and no command fails: `timeout` is for those that are not written yet.
set -euo pipefail
folder=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" >"$folder/log" &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
until [ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]; do sleep 0.1; done
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @redis/client@6.3.1
cat >try.mjs <<'JS'
import net from 'node:net';
import { createClient } from '@redis/client';

let silent = false;
const way = net.createServer((near) => {
  const far = net.connect(Number(process.argv[2]), '127.0.0.1');
  for (const [from, to] of [[near, far], [far, near]]) {
    from.on('data', (part) => silent || to.write(part)).on('error', () => {}).on('close', () => to.destroy());
  }
});
await new Promise((resolve) => way.listen(0, '127.0.0.1', resolve));
for (const pause of [0, 300]) {
  silent = false;
  const client = createClient({
    url: `redis://127.0.0.1:${way.address().port}`,
    pingInterval: 400,
    commandOptions: { timeout: 1000 },
    socket: { socketTimeout: 1500, reconnectStrategy: () => 200 },
  });
  let [errors, failed] = [0, 0];
  client.on('error', () => errors++);
  await client.connect();
  silent = true;
  const timer = pause && setInterval(() => client.get('key').catch(() => failed++), pause);
  await new Promise((resolve) => setTimeout(resolve, 6000));
  clearInterval(timer);
  console.log(`${pause ? 'a command every 300 ms' : 'no commands'}: ${errors > 0 ? 'closed' : 'nothing happened'}, ${failed} commands failed`);
  client.destroy();
}
process.exit(0);
JS
node try.mjs "$port" | tee seen
diff seen - <<'TEXT'
no commands: closed, 0 commands failed
a command every 300 ms: nothing happened, 0 commands failed
TEXT
