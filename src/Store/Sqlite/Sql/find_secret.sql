select wrapped from secret where name = ?1;
