-- statement: begin
begin;

-- statement: commit
commit;

-- statement: checkpoint
checkpoint;

-- statement: written
select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint;

-- statement: sizes
select c.relname::text, pg_relation_size(c.oid)
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'i')
union all
select 'toast_' || c.relname::text, pg_total_relation_size(c.reltoastrelid)
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.reltoastrelid <> 0;

-- statement: switches
select name || ' = ' || setting
from pg_settings
where name in (
  'fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'wal_sync_method', 'wal_level',
  'wal_compression', 'max_wal_size', 'checkpoint_timeout', 'shared_buffers', 'commit_delay', 'autovacuum',
  'server_version')
order by name;
