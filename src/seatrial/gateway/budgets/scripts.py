"""Budgets as Redis keeps them: the rule of `book`, all accounts of a request at once. Whole nano-units throughout.

Lua's numbers are exact up to 2^53: nine million units of a currency.
"""

from typing import Final

from seatrial.gateway.limits.scripts import DEAD

RESERVE: Final = (
    DEAD
    + """
-- ARGV: worker, milliseconds, most, accounts of the request; of each: which key, cap, firm. KEYS: alive, labels.
local most, spent, reserved = tonumber(ARGV[3]), {}, {}
local function read(i)
  spent[i] = tonumber(redis.call('HGET', KEYS[i], 'spent') or '0')
  reserved[i] = tonumber(redis.call('HGET', KEYS[i], 'reserved') or '0')
end
local function bury(i)
  local fields, all = redis.call('HGETALL', KEYS[i]), 0
  for j = 1, #fields, 2 do
    if fields[j] ~= 'spent' and fields[j] ~= 'reserved' then
      if lives(fields[j]) then all = all + tonumber(fields[j + 1]) else redis.call('HDEL', KEYS[i], fields[j]) end
    end
  end
  redis.call('HSET', KEYS[i], 'reserved', string.format('%d', all))
  reserved[i] = all
end
local function fits(i, cap)
  return spent[i] + reserved[i] + most <= cap or (reserved[i] == 0 and spent[i] < cap)
end
for i = 2, #KEYS do read(i) end
local refused, told = false, {}
for a = 1, tonumber(ARGV[4]) do
  local i, cap, firm = tonumber(ARGV[3 * a + 2]), tonumber(ARGV[3 * a + 3]), ARGV[3 * a + 4] == '1'
  if not fits(i, cap) and reserved[i] > 0 then bury(i) end
  local ok = fits(i, cap)
  refused = refused or (firm and not ok)
  told[#told + 1] = string.format('%d', spent[i])
  told[#told + 1] = string.format('%d', reserved[i])
  told[#told + 1] = ok and 1 or 0
end
if not refused then
  for i = 2, #KEYS do
    redis.call('HINCRBY', KEYS[i], 'reserved', ARGV[3])
    redis.call('HINCRBY', KEYS[i], ARGV[1], ARGV[3])
    redis.call('EXPIRE', KEYS[i], 5356800)
  end
end
return told
"""
)
SETTLE: Final = (
    DEAD
    + """
-- ARGV: worker, milliseconds, most, cost. KEYS: alive, labels.
local told = {}
for i = 2, #KEYS do
  local mine = tonumber(redis.call('HGET', KEYS[i], ARGV[1]) or '0')
  local back = math.min(mine, tonumber(ARGV[3]))
  if back > 0 then
    redis.call('HINCRBY', KEYS[i], 'reserved', string.format('%d', -back))
    if mine == back then
      redis.call('HDEL', KEYS[i], ARGV[1])
    else
      redis.call('HINCRBY', KEYS[i], ARGV[1], string.format('%d', -back))
    end
  end
  told[#told + 1] = string.format('%d', redis.call('HINCRBY', KEYS[i], 'spent', ARGV[4]))
  redis.call('EXPIRE', KEYS[i], 5356800)
end
return told
"""
)
SPENT: Final = """
local told = {}
for i = 2, #KEYS do told[#told + 1] = redis.call('HGET', KEYS[i], 'spent') or '' end
return told
"""
