pragma query_only = on;
pragma cache_size = -16384;
pragma mmap_size = 1073741824;
pragma busy_timeout = 5000;
