pragma synchronous = full;
-- 256 MiB: the trees' upper pages and the leaves of the chains in use; what is not in it is read through the map.
pragma cache_size = -262144;
pragma mmap_size = 1073741824;
pragma wal_autocheckpoint = 0;
pragma foreign_keys = on;
pragma busy_timeout = 5000;
