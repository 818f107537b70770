-- Each is looked up for itself, by its own key: a join would read all entries of the chain, because most are short.
select w.n, e.idx, e.body, e.position
from unnest($1, $2, $3) with ordinality as w (kind, key, command_name, n)
cross join lateral (
  select r.chain_id from chain as r where r.kind = w.kind and r.key = w.key offset 0) as c
cross join lateral (
  select r.idx, r.body, r.position from entry as r
  where r.chain_id = c.chain_id and r.command_name = w.command_name offset 0) as e;
