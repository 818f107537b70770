-- Transactions before the oldest that is still under way are over, whatever became of them: no entry can still come
-- below that place.
select c.kind, c.key, e.idx, e.position, e.body
from entry as e join chain as c on c.chain_id = e.chain_id
where e.position > $1
  and e.position < (select (l.base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint) * 8192 from ledger as l)
order by e.position limit $2;
