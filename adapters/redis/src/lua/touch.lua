-- Raises the time of last use of a record and the time that it still lives, each if it is lower.
-- KEYS: the record. ARGV: seen as 6 bytes; how long it lives, in milliseconds.
local held = redis.call('GETRANGE', KEYS[1], 0, 30)
local format = string.byte(held)
if #held < 31 or format == 0 then return 'missing' end
if format ~= 1 then return 'newer' end
local left = redis.call('PTTL', KEYS[1])
if left >= 0 and left < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if struct.unpack('>I6', held, 10) < struct.unpack('>I6', ARGV[1]) then
    redis.call('SETRANGE', KEYS[1], 9, ARGV[1])
end
return 'stored'
