--[[ show — all that is known of one task.
  Includes known.
  KEYS[1]  tasks        hash  id → "<ms put> " .. envelope
  KEYS[2]  ready        list  ids, next one first
  KEYS[3]  urgent       zset  id → place in line, of those with a priority
  KEYS[4]  delayed      zset  id → due, µs on this server's clock
  KEYS[5]  leases       zset  id → end of lease, µs on this server's clock
  KEYS[6]  held         hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[7]  returns      hash  id → returns/generation; returns below 0: the lease ran out
  KEYS[8]  failures     hash  id → "<count> <ms of the first> <why dead or -> <last reason>"
  KEYS[9]  dead         zset  id → µs it died
  KEYS[10] deadReturns  hash  id → returns/generation, of the dead
  KEYS[11] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout     the version of this layout
  ARGV[2] id
  ARGV[3] most       how many places of the line are looked at for it
  returns µs now, envelope, returns, failures, ms it was taken, then in µs when it is due, its lease ends, it died;
          its place in line, from 0: of the urgent ones, and of the others; nil for all that is not so
]]
local tasks, ready, urgent, delayed, leases, held, returns, failures, dead, deadReturns, meta = unpack(KEYS)
local time, id = redis.call('TIME'), ARGV[2]
return {
  string.format('%.0f', time[1] * 1000000 + time[2]),
  redis.call('HGET', tasks, id),
  redis.call('HGET', returns, id) or redis.call('HGET', deadReturns, id),
  redis.call('HGET', failures, id),
  redis.call('HGET', held, id),
  redis.call('ZSCORE', delayed, id),
  redis.call('ZSCORE', leases, id),
  redis.call('ZSCORE', dead, id),
  redis.call('ZRANK', urgent, id),
  redis.call('LPOS', ready, id, 'MAXLEN', ARGV[3]),
}
