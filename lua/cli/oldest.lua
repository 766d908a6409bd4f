--[[ oldest — when the task was put that is next in line: what has waited longest, as a rule.
  Includes known.
  KEYS[1] tasks   hash  id → "<ms put> " .. envelope
  KEYS[2] ready   list  ids, next one first
  KEYS[3] urgent  zset  id → place in line, of those with a priority
  KEYS[4] meta    hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout  the version of this layout
  returns ms now, ms it was put or -1 when none waits
]]
local tasks, ready, urgent, meta = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- The first few: some may be places in line whose task was removed.
local ids = redis.call('LRANGE', ready, 0, 19)
ids[#ids + 1] = redis.call('ZRANGE', urgent, 0, 0)[1]
local put = -1
if #ids > 0 then
  local envelopes = redis.call('HMGET', tasks, unpack(ids))
  for i = 1, #ids do
    local ms = envelopes[i] and tonumber(string.match(envelopes[i], '^%d+'))
    if ms and (put < 0 or ms < put) then put = ms end
  end
end
return { now, put }
