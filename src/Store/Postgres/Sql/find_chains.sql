select w.n, c.chain_id, c.head_index, c.head_hash
from unnest($1, $2) with ordinality as w (kind, key, n)
join chain as c on c.kind = w.kind and c.key = w.key;
