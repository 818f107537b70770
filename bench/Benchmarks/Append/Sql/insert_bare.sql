insert into bare (number) values (1);
