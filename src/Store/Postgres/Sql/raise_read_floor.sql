update read_floor set time = $1 where time < $1;
