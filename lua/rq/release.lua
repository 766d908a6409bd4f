--[[ release — go on with letting jobs go that waited for one which more than 1,000 waited for.
  Includes clock, place, dependents.
  returns 1 when there is more to do, else 0
]]
return releaseMore()
