pragma synchronous = full;
pragma cache_size = -131072;
pragma wal_autocheckpoint = 0;
pragma foreign_keys = on;
pragma busy_timeout = 5000;
