#!/usr/bin/env bash
# BullMQ 6.7.0 on a connection of @redis/client 6.3.1 (Redis 7.0.15, Debian 12's redis-server): a queue is closed, then Redis goes away.
# Guess: a program that made the client and listens to its errors is safe; a closed queue has nothing more to do with it.
# Seen: close() leaves a client that it was given open, and takes its own listener away, but its wrapper stays on the client and passes each error on as an
# 'error' event that nothing listens to any more: when Redis goes away the process ends, though the client itself has a listener. Close the client too, at once.
set -euo pipefail
folder=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
begin() {
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" >"$folder/log" &
  server=$!
  until [ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]; do sleep 0.1; done
}
trap 'kill $server 2>/dev/null || true; rm -rf "$folder"' EXIT
begin
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bullmq@6.7.0 @redis/client@6.3.1
cat >try.mjs <<'JS'
import { createClient } from '@redis/client';
import { Queue } from 'bullmq';

const [, , port, state, server] = process.argv;
const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: () => 200 } });
let heard = 0;
client.on('error', () => heard++);
await client.connect();
const queue = new Queue('work', { connection: client });
queue.on('error', () => {});
await queue.waitUntilReady();
if (state === 'closed') await queue.close();
process.on('uncaughtException', () => {
  console.log(`${state}: an uncaught error`);
  process.exit(0);
});
process.kill(Number(server), 'SIGKILL');
await new Promise((resolve) => setTimeout(resolve, 1500));
console.log(`${state}: ${heard > 0 ? 'errors heard, the process lives' : 'nothing heard'}`);
process.exit(0);
JS
node try.mjs "$port" open "$server" | tee seen
begin
node try.mjs "$port" closed "$server" | tee -a seen
diff seen - <<'TEXT'
open: errors heard, the process lives
closed: an uncaught error
TEXT
