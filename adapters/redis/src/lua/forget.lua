-- Removes entries from an index, but for the latest, whose records may be on their way.
-- KEYS: an index and its latest entries. ARGV: entries.
local now = tonumber(redis.call('TIME')[1])
for _, entry in ipairs(ARGV) do
    local entered = redis.call('ZSCORE', KEYS[2], entry)
    if not entered or tonumber(entered) < now - 300 then
        redis.call('ZREM', KEYS[1], entry)
    end
end
return 'stored'
