-- Moments that were read at count too: no entry may come before them.
select nullif(greatest((select max(w.greatest_time) from writer_clock as w), (select f.time from read_floor as f)), 0);
