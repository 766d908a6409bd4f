--[[ known — what a queue knows of itself; one of another layout than ours is refused.
  Included by other scripts; needs meta.
  ARGV[1] layout  the version of this layout
  returns nothing, but an error for another layout; gives them, false unless so, `paused`, `ranked` (tasks with a
          priority have been put), `unique` ('leased' or 'settled': until when a twin is kept out), `crowded`
          (somebody waits for room) and `haunted` (how many ghosts there are)
]]
local layout, paused, ranked, unique, crowded, haunted =
  unpack(redis.call('HMGET', meta, 'layout', 'paused', 'ranked', 'unique', 'crowded', 'ghosts'))
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end
