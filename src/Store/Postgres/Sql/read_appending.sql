-- The transactions that append at present.
select l.virtualtransaction
from pg_locks as l
where l.locktype = 'advisory' and l.classid = 20 and l.objid = 4 and l.objsubid = 2
  and l.database = (select d.oid from pg_database as d where d.datname = current_database());
