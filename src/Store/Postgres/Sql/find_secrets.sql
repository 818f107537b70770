select name, wrapped from secret where name = any ($1);
