select name, wrapped from secret order by name;
