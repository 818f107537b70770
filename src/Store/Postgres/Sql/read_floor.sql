select time from read_floor;
