--[[ outcome — how a job stands, and the latest entry of its results, seen at one moment.
  ARGV[1] job  id
  returns { status or '', entry id or '', fields and values of the entry, then `result` and `exc_info` of the
          hash, where versions before 1.12 kept them, '' each when there is none }
]]
local status, result, text = unpack(redis.call('HMGET', 'rq:job:' .. ARGV[1], 'status', 'result', 'exc_info'))
local entry = redis.call('XREVRANGE', 'rq:results:' .. ARGV[1], '+', '-', 'COUNT', 1)[1] or { '', {} }
-- A hash without a status is not what anybody writes: taken as not there.
return { status or '', entry[1], entry[2], result or '', text or '' }
