insert into migration (number, name, sha256, needs) values ($1, $2, $3, $4);
