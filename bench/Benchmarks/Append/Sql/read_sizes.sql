-- Bytes of everything that grows with the entries, with indexes and what is kept beside the tables; of the ledger
-- alone; and of an entry itself.
select
  sum(pg_total_relation_size(c.oid))::bigint,
  coalesce(sum(pg_total_relation_size(c.oid)) filter (where c.relname ~ '^(entry|chain)'), 0)::bigint,
  (select count(*) from entry),
  (select avg(octet_length(e.body))::float8 from entry e tablesample system (1))
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r';
