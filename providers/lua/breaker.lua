-- The circuit breaker's state machine inside Redis; breaker_machine.py is the same in Python and
-- explains it. Its last line is added by redis_state.py: return run(apply).

local LOGGED_TRANSITIONS = 20
local ILLEGAL = {
  closed = {half_open = true},
  metrics_only = {open = true, half_open = true},
}
local PERMITTING = {closed = true, metrics_only = true, disabled = true}

local function is_own(record, arguments)
  return not arguments.foreign and arguments.generation == record.generation
end

local function wait_ms(record, config, now)
  if PERMITTING[record.state] then return 0 end
  if record.state ~= 'open' then return -1 end
  local wait = config.open_ms
  for _ = 1, record.opens - 1 do
    wait = math.min(math.floor(wait * config.backoff), config.max_open_ms)
  end
  return math.max(record.since + wait - now, 0)
end

local function by_time(record, config)
  return config.window_by == 'time' and not record.of_probes
end

local function minimum(record, config)
  if record.of_probes then return math.min(config.minimum_calls, config.probes) end
  if config.window_by == 'time' then return config.minimum_calls end
  return math.min(config.minimum_calls, config.window)
end

local function forget_old_seconds(record, config, now)
  if not by_time(record, config) then return end
  local second, kept = math.floor(now / 1000), {}
  for _, bucket in ipairs(record.calls) do
    if type(bucket) == 'table' and second - config.window < bucket[1] and bucket[1] <= second then
      table.insert(kept, bucket)
    end
  end
  record.calls = kept
end

local function count(record, config, now, failed, slow)
  local kind = (failed and 1 or 0) + (slow and 2 or 0)
  if not by_time(record, config) then
    if type(record.calls[1]) == 'table' then record.calls = {} end
    table.insert(record.calls, kind)
    local size = record.of_probes and config.probes or config.window
    while #record.calls > size do table.remove(record.calls, 1) end
    return
  end
  forget_old_seconds(record, config, now)
  local second = math.floor(now / 1000)
  local last = record.calls[#record.calls]
  if not last or last[1] ~= second then
    last = {second, 0, 0, 0, 0}
    table.insert(record.calls, last)
  end
  last[2 + kind] = last[2 + kind] + 1
end

local function counts(record)
  local kinds = {0, 0, 0, 0}
  for _, call in ipairs(record.calls) do
    if type(call) == 'table' then
      for kind = 1, 4 do kinds[kind] = kinds[kind] + call[1 + kind] end
    else
      kinds[call + 1] = kinds[call + 1] + 1
    end
  end
  return kinds[1] + kinds[2] + kinds[3] + kinds[4], kinds[2] + kinds[4], kinds[3] + kinds[4],
    kinds[4]
end

local function enter(record, state, now, config)
  record.generation = record.generation + 1
  record.state, record.since, record.refused, record.calls = state, now, 0, {}
  record.permits = state == 'half_open' and config.probes or 0
  record.of_probes = state == 'half_open'
  record.failure_rate_exceeded, record.slow_rate_exceeded = nil, nil
end

local function transition(record, to, now, reason, config, events)
  local before = record.state
  if to == 'open' then
    record.state, record.since, record.opens = 'open', now, record.opens + 1
    record.generation, record.permits = record.generation + 1, 0
  else
    enter(record, to, now, config)
  end
  if PERMITTING[to] then record.opens = 0 end
  if before ~= to then
    local line = string.format('%.0f %s %s %s', now, before, to, reason)
    record.log = record.log or {}
    table.insert(record.log, line)
    while #record.log > LOGGED_TRANSITIONS do table.remove(record.log, 1) end
    table.insert(events, line)
  end
end

local function tell_exceeded(record, exceeded, event, events)
  if exceeded and not record[event] then
    record[event] = true
    table.insert(events, event)
  end
end

local function record_call(record, config, now, arguments, events)
  local state, counted = record.state, nil
  if arguments.foreign then
    counted = state == 'closed' or state == 'metrics_only'
  elseif state == 'open' then
    counted = arguments.generation == record.generation - 1
  else
    counted = is_own(record, arguments) and state ~= 'disabled' and state ~= 'forced_open'
  end
  if not counted then return end
  count(record, config, now, arguments.failed, arguments.slow)
  if state == 'open' then return end
  local total, failed, slow = counts(record)
  if total < minimum(record, config) then return end
  local failing = failed * 100 >= config.failure_rate * total
  local slowing = slow * 100 >= config.slow_rate * total
  tell_exceeded(record, failing, 'failure_rate_exceeded', events)
  tell_exceeded(record, slowing, 'slow_rate_exceeded', events)
  if state == 'metrics_only' then return end
  if failing or slowing then
    transition(record, 'open', now, failing and 'failure_rate' or 'slow_rate', config, events)
  elseif state == 'half_open' then
    transition(record, 'closed', now, 'probes', config, events)
  end
end

local function apply(record, operation, now, arguments)
  local config, events, reply = arguments.config, {}, {}
  if not record.state then
    record.state, record.generation, record.since = 'closed', 1, now
    record.opens, record.refused = 0, 0
  end
  record.calls = record.calls or {}
  record.since = math.min(record.since, now)
  local longest = config.max_half_open_ms
  if record.state == 'half_open' and longest > 0 and now >= record.since + longest then
    transition(record, 'open', record.since + longest, 'probes_overdue', config, events)
  end
  if operation == 'acquire' then
    if record.state == 'open' and wait_ms(record, config, now) == 0 then
      transition(record, 'half_open', now, 'wait_over', config, events)
    end
    reply.permitted = PERMITTING[record.state] or false
    if record.state == 'half_open' and record.permits > 0 then
      record.permits = record.permits - 1
      reply.permitted = true
    end
    if not reply.permitted then record.refused = record.refused + 1 end
  elseif operation == 'record' then
    record_call(record, config, now, arguments, events)
  elseif operation == 'release' then
    if record.state == 'half_open' and is_own(record, arguments) then
      record.permits = math.min(record.permits + 1, config.probes)
    end
  elseif operation == 'transition' then
    reply.illegal = (ILLEGAL[record.state] or {})[arguments.to] or false
    if not reply.illegal then
      transition(record, arguments.to, now, 'by_hand', config, events)
    end
  elseif operation == 'reset' then
    enter(record, 'closed', now, config)
    record.opens = 0
    table.insert(events, 'reset')
  elseif operation == 'snapshot' then
    forget_old_seconds(record, config, now)
  else
    return nil
  end
  reply.state, reply.generation, reply.since = record.state, record.generation, record.since
  reply.total, reply.failed, reply.slow, reply.slow_failed = counts(record)
  reply.wait_ms, reply.minimum = wait_ms(record, config, now), minimum(record, config)
  reply.refused, reply.permits = record.refused, record.permits or 0
  reply.log = table.concat(record.log or {}, '|')
  reply.events = table.concat(events, '|')
  -- An empty list would come back as an object.
  if #record.calls == 0 then record.calls = nil end
  return reply
end
