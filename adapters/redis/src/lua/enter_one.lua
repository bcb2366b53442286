-- KEYS: an index and its latest entries. ARGV: the entry.
enter(KEYS[1], KEYS[2], ARGV[1])
return 'stored'
