#!/usr/bin/env bash
# Redis 7.0.15 (Debian 12's redis-server) that has reached maxmemory, with noeviction: writes in a Lua script.
# Guess: ZADD and SET, which may use memory, are refused in a script as they are outside.
# Seen: they are refused only as a script's first write. After a write that is allowed when full (GETEX, EXPIRE, DEL), the same ZADD goes through, and
# memory grows beyond its limit: a script that touches a record and then notes the use works on a full server, the two lines exchanged do not.
set -euo pipefail
folder=$(mktemp -d)
port=$((20000 + RANDOM % 20000))
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" >"$folder/log" &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
ask() { redis-cli -p "$port" "$@" 2>&1 | head -c 60; }
until [ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]; do sleep 0.1; done
version=$(redis-server --version | cut -d' ' -f3)
echo "$version"
[[ $version == v=7.0.15 ]]
ask SET record x EX 100 >/dev/null
ask CONFIG SET maxmemory 1 >/dev/null
alone=$(ask ZADD index 1 a)
first=$(ask EVAL "redis.call('ZADD', 'index', 1, 'a') redis.call('EXPIRE', 'record', 100) return 'noted'" 0)
second=$(ask EVAL "redis.call('EXPIRE', 'record', 100) redis.call('ZADD', 'index', 1, 'a') return 'noted'" 0)
printf '%s\n%s\n%s\n' "$alone" "$first" "$second"
[[ $alone == OOM* && $first == *OOM* && $second == noted && $(ask ZCARD index) == 1 ]]
