insert into migration (number, name, sha256) values ($1, $2, $3);
