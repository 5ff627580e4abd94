"""The limits as Redis counts them: the algorithm of `meter`, with the clock of Redis, all limits of a request at once.

Redis runs a script alone, from its first line to its last (Redis documentation, "Scripting with Lua").
"""

from typing import Final

DEAD: Final = """
local function lives(worker)
  return redis.call('EXISTS', string.sub(KEYS[1], 1, #KEYS[1] - #ARGV[1]) .. worker) == 1
end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
"""
"""Begins each script: this process lives; and whether another does."""
_CLOCK: Final = """
local clock = redis.call('TIME')
-- microseconds since the beginning of 2026: small enough for exact arithmetic
local now = (tonumber(clock[1]) - 1767225600) * 1000000 + tonumber(clock[2])
local minute = 60000000
local function text(number) return string.format('%.17g', number) end
"""
ADMIT: Final = (
    DEAD
    + _CLOCK
    + """
-- ARGV: worker, milliseconds; of each meter: what, amount, count. KEYS: alive, meters.
local function held(key, amount)
  local all = tonumber(redis.call('HGET', key, 'all') or '0')
  if all < amount then return all end
  all = 0
  local fields = redis.call('HGETALL', key)
  for j = 1, #fields, 2 do
    if fields[j] ~= 'all' then
      if lives(fields[j]) then all = all + tonumber(fields[j + 1]) else redis.call('HDEL', key, fields[j]) end
    end
  end
  redis.call('HSET', key, 'all', all)
  return all
end
local due = {}
for i = 2, #KEYS do
  local what, amount, count = ARGV[3 * i - 3], tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  if what == 'concurrency' then
    if held(KEYS[i], amount) >= amount then return {i - 1, '1'} end
  else
    if count > amount then return {i - 1, 'inf'} end
    local theoretical = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), now)
    due[i] = theoretical + count * minute / amount
    local over = due[i] - now - minute
    if over > 0.5 then return {i - 1, text(over / 1000000)} end
  end
end
local told = {0}
for i = 2, #KEYS do
  local amount = tonumber(ARGV[3 * i - 2])
  if due[i] then
    redis.call('SET', KEYS[i], text(due[i]), 'PX', math.ceil((due[i] - now) / 1000) + 1000)
    local left = math.max(0, math.floor((now + minute - due[i]) * amount / minute + 0.000001))
    told[#told + 1] = text(left)
    told[#told + 1] = text((due[i] - now) / 1000000)
  else
    redis.call('HINCRBY', KEYS[i], 'all', 1)
    redis.call('HINCRBY', KEYS[i], ARGV[1], 1)
    redis.call('EXPIRE', KEYS[i], 86400)
    told[#told + 1] = '0'
    told[#told + 1] = '0'
  end
end
return told
"""
)
SETTLE: Final = (
    DEAD
    + _CLOCK
    + """
-- ARGV: worker, milliseconds; of each meter: what, amount, more tokens than were counted.
for i = 2, #KEYS do
  local what, amount, more = ARGV[3 * i - 3], tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  if what == 'concurrency' then
    if tonumber(redis.call('HGET', KEYS[i], ARGV[1]) or '0') > 0 then
      redis.call('HINCRBY', KEYS[i], 'all', -1)
      if redis.call('HINCRBY', KEYS[i], ARGV[1], -1) == 0 then redis.call('HDEL', KEYS[i], ARGV[1]) end
    end
  elseif what == 'tokens' and more ~= 0 then
    local due = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), now) + more * minute / amount
    if due > now then
      redis.call('SET', KEYS[i], text(due), 'PX', math.ceil((due - now) / 1000) + 1000)
    else
      redis.call('DEL', KEYS[i])
    end
  end
end
return 1
"""
)
