--[[ bears — whether an envelope has a payload.
  Included by other scripts.
  returns nothing; gives them `bears(envelope, payload)`, both as they are stored
]]
local function bears(envelope, payload)
  local from = #envelope - #payload
  -- Behind the head, which is one line.
  return from > 0 and envelope:byte(from) == 10 and not envelope:sub(1, from - 1):find('\n', 1, true)
    and envelope:sub(from + 1) == payload
end
