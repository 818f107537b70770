-- One by one, by the unique key: no join could be made otherwise.
select w.n, c.chain_id, c.head_index, c.head_hash
from unnest($1, $2) with ordinality as w (kind, key, n)
cross join lateral (
  select k.chain_id, k.head_index, k.head_hash from chain as k where k.kind = w.kind and k.key = w.key limit 1) as c;
