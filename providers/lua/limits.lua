-- The limits of one model of one account inside Redis; limit_machine.py is the same in Python and
-- explains it.

local NEVER = -1

local function slot_of(rule, moment)
  local days = rule.days
  if #days == 0 then return math.floor(moment / rule.slot_ms) * rule.slot_ms end
  local found = days[1]
  for i = 1, #days - 1 do
    if days[i] <= moment then found = days[i] end
  end
  return found
end

local function leaves_at(rule, start)
  if #rule.days == 0 then return start + rule.slot_ms + rule.span_ms end
  for _, day in ipairs(rule.days) do
    if day > start then return day end
  end
  return start + rule.span_ms
end

local function add(counter, start, amount)
  counter.slots = counter.slots or {}
  local last = counter.slots[#counter.slots]
  if last and last[1] == start then
    last[2] = last[2] + amount
  else
    table.insert(counter.slots, {start, amount})
  end
end

local function used(counter)
  local total = 0
  for _, slot in ipairs(counter.slots or {}) do total = total + slot[2] end
  return total
end

local function limit_of(counter, rule)
  if rule.limit and counter.learned then return math.min(rule.limit, counter.learned) end
  return rule.limit or counter.learned
end

local function forget(counter, rule, now)
  local slots, present = counter.slots or {}, slot_of(rule, now)
  counter.slots = nil
  for _, slot in ipairs(slots) do
    if leaves_at(rule, slot[1]) > now then add(counter, math.min(slot[1], present), slot[2]) end
  end
  if counter.learned then
    counter.learned_until = math.min(counter.learned_until, now + rule.keep_learned_ms)
    if counter.learned_until <= now then counter.learned, counter.learned_until = nil, nil end
  end
  if counter.left then
    local ahead = math.max(counter.left_at - now, 0)
    counter.left_at, counter.left_until = counter.left_at - ahead, counter.left_until - ahead
    if counter.left_until <= now then
      counter.left, counter.left_at, counter.left_until = nil, nil, nil
      counter.grows, counter.taken = nil, nil
    end
  end
end

local function wait_ms(counter, rule, now, amount)
  if amount == 0 then return 0 end
  local limit, wait = limit_of(counter, rule), 0
  if limit and used(counter) + amount > limit then
    if amount > limit then
      if limit ~= rule.limit then return counter.learned_until - now end
      return NEVER
    end
    local excess = used(counter) + amount - limit
    for _, slot in ipairs(counter.slots) do
      excess = excess - slot[2]
      wait = leaves_at(rule, slot[1]) - now
      if excess <= 0 then break end
    end
  end
  if counter.left then
    local full_in = counter.left_until - counter.left_at
    local passed = math.max(now - counter.left_at, 0)
    local lacking = amount + counter.taken - counter.left
    if lacking > math.floor(passed * counter.grows / full_in) then
      local grown_in = full_in
      if counter.grows > 0 then
        grown_in = math.min(math.ceil(lacking * full_in / counter.grows), full_in)
      end
      wait = math.max(wait, grown_in - passed)
    end
  end
  return wait
end

local function reserve(record, now, arguments)
  local worst
  for _, rule in ipairs(arguments.rules) do
    local wait = wait_ms(record[rule.id], rule, now, arguments[rule.unit])
    if wait ~= 0
      and (not worst or wait == NEVER or (worst.wait_ms > 0 and worst.wait_ms < wait)) then
      worst = {
        permitted = false, rule = rule.id, wait_ms = wait,
        limit = limit_of(record[rule.id], rule) or -1,
      }
    end
  end
  if worst then return worst end
  for _, rule in ipairs(arguments.rules) do
    local counter, amount = record[rule.id], arguments[rule.unit]
    add(counter, slot_of(rule, now), amount)
    if counter.left then counter.taken = counter.taken + amount end
  end
  return {permitted = true, at = now}
end

local function correct(record, now, arguments)
  for _, rule in ipairs(arguments.rules) do
    local change, counter = arguments[rule.unit], record[rule.id]
    if change ~= 0 then
      local start = slot_of(rule, math.min(arguments.at, now))
      for _, slot in ipairs(counter.slots or {}) do
        if slot[1] == start then slot[2] = math.max(slot[2] + change, 0) end
      end
      if counter.left then counter.taken = math.max(counter.taken + change, 0) end
    end
  end
end

local function believe(counter, rule, now, hint)
  local limit, left = limit_of(counter, rule), hint.remaining
  local full_in = math.max(hint.reset_ms or rule.span_ms, 1)
  local grows = limit and math.max(limit - left, 1) or 1
  if #rule.days > 0 then
    full_in, grows = leaves_at(rule, slot_of(rule, now)) - now, 0
  end
  counter.left, counter.left_at, counter.left_until = left, now, now + full_in
  counter.grows, counter.taken = grows, 0
end

local function learn(record, now, arguments)
  for _, rule in ipairs(arguments.rules) do
    local counter, hint = record[rule.id], arguments.hints[rule.id] or {}
    if hint.limit then
      counter.learned, counter.learned_until = hint.limit, now + rule.keep_learned_ms
    end
    if hint.remaining then believe(counter, rule, now, hint) end
    if rule.id == arguments.refused_by then
      local known, learned = limit_of(counter, rule), math.max(used(counter) - 1, 1)
      counter.learned = known and math.min(learned, known) or learned
      counter.learned_until = now + arguments.keep_guess_ms
    end
  end
end

local function figures(counter, rule)
  return {
    used = used(counter),
    limit = limit_of(counter, rule) or -1,
    learned = counter.learned or -1,
    remaining_said = counter.left or -1,
  }
end

local function apply(record, operation, now, arguments)
  for _, rule in ipairs(arguments.rules) do
    record[rule.id] = record[rule.id] or {}
    forget(record[rule.id], rule, now)
  end
  if operation == 'reserve' then
    return reserve(record, now, arguments)
  elseif operation == 'settle' then
    correct(record, now, arguments)
    learn(record, now, arguments)
    return {done = true}
  elseif operation == 'look' then
    local reply = {}
    for _, rule in ipairs(arguments.rules) do reply[rule.id] = figures(record[rule.id], rule) end
    return reply
  end
  return nil
end
