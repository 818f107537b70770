select f.time, latest_time() from read_floor as f;
