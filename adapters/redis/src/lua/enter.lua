-- Enters a session into an index. For a while it counts as new: its record may not be there yet.
local function enter(index, latest, entry)
    local now = tonumber(redis.call('TIME')[1])
    redis.call('ZADD', index, 0, entry)
    redis.call('ZREMRANGEBYSCORE', latest, '-inf', now - 300)
    redis.call('ZADD', latest, now, entry)
    redis.call('EXPIRE', latest, 600)
end
