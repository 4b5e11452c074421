-- Put before every script: reads the record, lets it change, writes it back, all as one step.
-- KEYS[1] the record; ARGV: operation, now in ms ('' = this server's clock), arguments, ms to keep.

local function run(apply)
  local now = tonumber(ARGV[2])
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  local stored = redis.call('GET', KEYS[1])
  local read, record = false, nil
  if stored then read, record = pcall(cjson.decode, stored) end
  if not read or type(record) ~= 'table' then record = {} end
  local reply = apply(record, ARGV[1], now, cjson.decode(ARGV[3]))
  if not reply then return redis.error_reply('no such operation: ' .. ARGV[1]) end
  redis.call('SET', KEYS[1], cjson.encode(record), 'PX', ARGV[4])
  return cjson.encode(reply)
end
