--[[ has — whether these are members, held or not.
  KEYS[1] members  hash  id → "<ms added> " .. envelope
  KEYS[2] meta     hash  layout, generation
  ARGV[1] layout   the version of this layout
  ARGV[2…] ids     at most 1,000
  returns per id 1 (a member) or 0
]]
local members, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local answers = {}
for i = 2, #ARGV do answers[i - 1] = redis.call('HEXISTS', members, ARGV[i]) end
return answers
