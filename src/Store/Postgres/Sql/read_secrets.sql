select name, wrapped from secret where name > $1 order by name limit $2;
