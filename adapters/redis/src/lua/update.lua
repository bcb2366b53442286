-- Replaces a record, if it is there and has the expected revision.
-- KEYS: the record; where one server has all keys, also the index of principals and its latest entries.
-- ARGV: the expected revision as 8 bytes; the new value; how long it lives, in milliseconds; its entry in the index,
-- empty if it has none; '1' if the entry is in the index.
local held = redis.call('GETRANGE', KEYS[1], 0, 30)
local format = string.byte(held)
if #held < 31 or format == 0 then return 'missing' end
if format ~= 1 then return 'newer' end
if string.sub(held, 2, 9) ~= ARGV[1] then return 'conflict' end

-- Its entry is there before the record is bound. A record that stays bound to the same principal has it.
if ARGV[4] ~= '' and string.sub(held, 16, 31) ~= string.sub(ARGV[4], 1, 16) then
    if KEYS[2] then
        enter(KEYS[2], KEYS[3], ARGV[4])
    elseif ARGV[5] ~= '1' then
        return 'unlisted'
    end
end

local value = ARGV[2]
if struct.unpack('>I6', held, 10) > struct.unpack('>I6', value, 10) then
    value = string.sub(value, 1, 9) .. string.sub(held, 10, 15) .. string.sub(value, 16)
end
redis.call('SET', KEYS[1], value, 'PX', ARGV[3])
return 'stored'
