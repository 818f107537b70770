-- Transactions before the oldest that is still under way are over, whatever became of them: no entry can still come
-- below that place. It is compared behind the limit, because the server has no idea how much lies between two places:
-- it would sort all that follows for each page. Chains are found by their number, one by one, for the same reason.
select c.kind, c.key, e.idx, e.position, e.body
from (
  select x.chain_id, x.idx, x.position, x.body from entry as x
  where x.position > $1 order by x.position limit $2) as e
cross join lateral (
  select k.kind, k.key from chain as k where k.chain_id = e.chain_id limit 1) as c
where e.position < (select (l.base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint) * 8192 from ledger as l)
order by e.position;
