-- Each chain is found by its key and read by its number, however many there are: no join could be made otherwise.
select w.n, e.idx, e.position, e.body
from unnest($1::smallint[], $2::text[], $3::bigint[], $4::bigint[]) with ordinality as w (kind, key, first, last, n)
cross join lateral (
  select k.chain_id from chain as k where k.kind = w.kind and k.key = w.key limit 1) as c
cross join lateral (
  select x.idx, x.position, x.body from entry as x
  where x.chain_id = c.chain_id and x.idx between w.first and w.last
  order by x.idx limit $5) as e
order by w.n, e.idx
limit $5;
