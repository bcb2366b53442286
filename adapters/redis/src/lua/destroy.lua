-- Removes a record and gives the hash of its principal: sixteen bytes, or none if it is not known.
-- KEYS: the record.
local held = redis.call('GETRANGE', KEYS[1], 0, 30)
if redis.call('DEL', KEYS[1]) == 0 then return 'missing' end
if #held < 31 or string.byte(held) ~= 1 then return '' end
return string.sub(held, 16, 31)
