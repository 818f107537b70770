-- A host's clock is read to whole milliseconds, downwards.
select floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
  pg_is_in_recovery() or current_setting('transaction_read_only')::boolean,
  (select max(number) from migration);
