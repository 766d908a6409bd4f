--[[ command — one command of Redis that needs no script, on the way the others go.
  ARGV[1…] the command and its arguments; nothing that must not be repeated
  returns its reply
]]
return redis.call(unpack(ARGV))
