// What happens in Redis, as Lua scripts, so that each happens whole or not at all. A conversation is a JSON text (`record`) and a hash
// (`sounds`: its sounds, its revision, whose it is); a sorted set (`index`) knows in which order conversations were used, and one for each
// user in which order theirs were. ARGV[1] is always what the names of all keys begin with.
//
// No script asks what time it is: a use counts one more than the latest one, so that clocks that are set back, or differ between replicas,
// put nobody at the end of the line. Of the index, only conversations that have expired are taken out.

/** Forgets one conversation wherever it is named, and tells every service so. */
const FORGET = `
local function forget(id)
  local record, sounds = ARGV[1] .. id, ARGV[1] .. id .. ':sounds'
  local user = redis.pcall('HGET', sounds, 'user')
  local deleted = redis.call('DEL', record, sounds)
  redis.call('ZREM', ARGV[1] .. 'index', id)
  if type(user) == 'string' then redis.call('ZREM', ARGV[1] .. 'user:' .. user, id) end
  redis.call('PUBLISH', ARGV[1] .. 'forgotten', id)
  return deleted
end`;

/** Takes what has expired from the front of an index: it is in the order of use, which is that of expiry. */
const PRUNE = `
local function prune(index)
  while true do
    local oldest = redis.call('ZRANGE', index, 0, 99)
    local dead = 0
    for _, id in ipairs(oldest) do
      if redis.call('EXISTS', ARGV[1] .. id) == 1 then break end
      redis.call('ZREM', index, id)
      dead = dead + 1
    end
    if dead < 100 then return end
  end
end`;

/** Notes that a conversation is used now. */
const TOUCH = `
local function touch(id, seconds)
  local latest = redis.call('ZRANGE', ARGV[1] .. 'index', -1, -1, 'WITHSCORES')
  local place = (tonumber(latest[2]) or 0) + 1
  redis.call('ZADD', ARGV[1] .. 'index', place, id)
  local user = redis.call('HGET', ARGV[1] .. id .. ':sounds', 'user')
  if user then
    redis.call('ZADD', ARGV[1] .. 'user:' .. user, place, id)
    redis.call('EXPIRE', ARGV[1] .. 'user:' .. user, seconds)
  end
end`;

/** ARGV prefix, id, record, seconds, most, user or '': keeps it, and forgets those that were used longest ago beyond `most`. */
export const CREATE = `${FORGET}${PRUNE}${TOUCH}
local record, sounds = ARGV[1] .. ARGV[2], ARGV[1] .. ARGV[2] .. ':sounds'
redis.call('SET', record, ARGV[3], 'EX', ARGV[4])
redis.call('HSET', sounds, 'revision', 0)
if ARGV[6] ~= '' then redis.call('HSET', sounds, 'user', ARGV[6]) end
redis.call('EXPIRE', sounds, ARGV[4])
touch(ARGV[2], ARGV[4])
prune(ARGV[1] .. 'index')
if ARGV[6] ~= '' then prune(ARGV[1] .. 'user:' .. ARGV[6]) end
local excess = redis.call('ZCARD', ARGV[1] .. 'index') - ARGV[5]
if excess > 0 then
  for _, id in ipairs(redis.call('ZRANGE', ARGV[1] .. 'index', 0, excess - 1)) do forget(id) end
end
return 'ok'`;

/** ARGV prefix, id, seconds. @returns record and revision; both null where there is none */
export const GET = `${TOUCH}
local record, sounds = ARGV[1] .. ARGV[2], ARGV[1] .. ARGV[2] .. ':sounds'
local text = redis.call('GETEX', record, 'EX', ARGV[3])
if not text then return { false, false } end
local revision = redis.call('HGET', sounds, 'revision')
redis.call('EXPIRE', sounds, ARGV[3])
touch(ARGV[2], ARGV[3])
return { text, revision }`;

/** ARGV prefix, id, record, seconds, revision it must follow, number removed, removed…, name, bytes… */
export const SAVE = `${TOUCH}
local record, sounds = ARGV[1] .. ARGV[2], ARGV[1] .. ARGV[2] .. ':sounds'
local revision = redis.call('HGET', sounds, 'revision')
if not revision then return 'gone' end
if revision ~= ARGV[5] then return 'changed' end
redis.call('HSET', sounds, 'revision', ARGV[5] + 1)
redis.call('SET', record, ARGV[3], 'EX', ARGV[4])
local removed = tonumber(ARGV[6])
for i = 7, 6 + removed do redis.call('HDEL', sounds, ARGV[i]) end
for i = 7 + removed, #ARGV, 2 do redis.call('HSET', sounds, ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', sounds, ARGV[4])
touch(ARGV[2], ARGV[4])
return 'ok'`;

/** ARGV prefix, id. @returns how many keys there were */
export const DELETE = `${FORGET}
return forget(ARGV[2])`;

/** ARGV prefix, user. @returns how many conversations there were */
export const DELETE_OF_USER = `${FORGET}
local count = 0
for _, id in ipairs(redis.call('ZRANGE', ARGV[1] .. 'user:' .. ARGV[2], 0, -1)) do
  if forget(id) > 0 then count = count + 1 end
end
redis.call('DEL', ARGV[1] .. 'user:' .. ARGV[2])
return count`;

/** ARGV prefix. @returns how many conversations are kept */
export const COUNT = `${PRUNE}
prune(ARGV[1] .. 'index')
return redis.call('ZCARD', ARGV[1] .. 'index')`;

/** ARGV prefix. Fails where nothing can be written: full, a replica, a disk that cannot be written to. */
export const PROBE = `
return redis.call('SET', ARGV[1] .. 'probe', 1, 'EX', 60)`;
