--[[ clock — the time of this server: the one clock that all workers share.
  Included by other scripts.
  returns nothing; gives them `now` (unix seconds, with fractions), `stamp` (the same as RQ writes it:
          2026-01-31T12:00:00.123456Z) and `unix(seconds)` (as text, with six decimals)
]]
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1e6

local function unix(seconds) return string.format('%.6f', seconds) end

-- Days to a date, as in Howard Hinnant's civil_from_days; Redis gives scripts no calendar.
local days, second = math.floor(tonumber(time[1]) / 86400), tonumber(time[1]) % 86400
local era = math.floor((days + 719468) / 146097)
local dayOfEra = days + 719468 - era * 146097
local yearOfEra = math.floor(
  (dayOfEra - math.floor(dayOfEra / 1460) + math.floor(dayOfEra / 36524) - math.floor(dayOfEra / 146096)) / 365
)
local dayOfYear = dayOfEra - (365 * yearOfEra + math.floor(yearOfEra / 4) - math.floor(yearOfEra / 100))
local fifth = math.floor((5 * dayOfYear + 2) / 153)
local month = fifth < 10 and fifth + 3 or fifth - 9
local stamp = string.format(
  '%04d-%02d-%02dT%02d:%02d:%02d.%06dZ',
  yearOfEra + era * 400 + (month <= 2 and 1 or 0),
  month,
  dayOfYear - math.floor((153 * fifth + 2) / 5) + 1,
  math.floor(second / 3600),
  math.floor(second % 3600 / 60),
  second % 60,
  tonumber(time[2])
)
