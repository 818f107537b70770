-- Whether a node may serve at this moment, and the server's own clock, read to whole milliseconds downwards.
select
  pg_is_in_recovery() or current_setting('transaction_read_only') = 'on',
  (select coalesce(max(m.number), 0) from migration as m),
  (select coalesce(max(m.needs), 0) from migration as m),
  floor(extract(epoch from clock_timestamp()) * 1000)::bigint;
