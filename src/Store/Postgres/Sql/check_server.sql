-- What a session must know of its server before it is used: is it the primary, does it keep what it acknowledges, is it
-- the one that was used before, and is everything there that this node saw committed. Each entry is found by its
-- position before it is hashed, whatever the server believes about the table.
select
  pg_is_in_recovery(),
  current_setting('fsync') = 'on'
    and current_setting('full_page_writes') = 'on'
    and current_setting('synchronous_commit') <> 'off',
  (select s.system_identifier from pg_control_system() as s),
  case when pg_is_in_recovery() then '' else left(pg_walfile_name(pg_current_wal_lsn()), 8) end,
  (select count(*) from unnest($1, $2) as w (position, body) where not exists (
    select from (select x.body from entry as x where x.position = w.position offset 0) as e
    where sha256(e.body) = w.body))
  + (select count(*) from unnest($3, $4) as w (name, wrapped) where not exists (
    select from secret as s where s.name = w.name and sha256(s.wrapped) = w.wrapped));
