-- Pauses inside Redis; pauses.py is the same in Python.

local function apply(record, operation, now, arguments)
  if operation ~= 'pause' and operation ~= 'look' then return nil end
  local since, to = record.since or now, record['until'] or now
  local ahead = math.max(since - now, 0)
  since, to = since - ahead, to - ahead
  if operation == 'pause' and now + arguments.for_ms > to then
    since, to = now, now + arguments.for_ms
  end
  record.since, record['until'] = since, to
  return {wait_ms = math.max(to - now, 0)}
end
