--[[ fail — a job failed or was stopped: another try, or the registry of failed jobs, in one step.
  Includes clock, place, dependents, started, failing, ending.
  ARGV[1] worker   its name
  ARGV[2] again    1: an earlier attempt at this may have taken effect unheard
  ARGV[3] job      id
  ARGV[4] queue    its origin
  ARGV[5] eid      its execution's id, '' before RQ 2.0
  ARGV[6] since    its started_at, as it was taken
  ARGV[7] status   failed, or stopped: then it is not tried again
  ARGV[8] running  how many other jobs the worker works on
  ARGV[9] seconds  it was worked on
  ARGV[10…] fields and values of the result's entry
  returns { failed or stopped, queued or scheduled (there is another try), or '' (not ours any more),
          1 when `release` has more to do }
]]
local run = {
  worker = ARGV[1], id = ARGV[3], queue = ARGV[4], eid = ARGV[5], since = ARGV[6], running = ARGV[8], seconds = ARGV[9],
}
if not conclude(run, 'failed_job_count') then return { ARGV[2] == '1' and settled(run) or '', 0 } end

local status = ARGV[7] == 'failed' and retry(run.id, run.queue) or ARGV[7]
settle(run, status)
if status == 'queued' or status == 'scheduled' then return { status, 0 } end
local fields = {}
for i = 10, #ARGV do fields[#fields + 1] = ARGV[i] end
return { status, give(run.id, run.queue, status, fields) }
