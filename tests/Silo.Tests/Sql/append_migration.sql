insert into migration (number, name, sha256) values (999, 'of a later version', zeroblob(32));
