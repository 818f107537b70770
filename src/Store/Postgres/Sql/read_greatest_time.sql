select max(greatest_time) from writer_clock;
