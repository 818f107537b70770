select w.n, e.idx, e.body
from unnest($1, $2, $3) with ordinality as w (kind, key, command_name, n)
join chain as c on c.kind = w.kind and c.key = w.key
join entry as e on e.chain_id = c.chain_id and e.command_name = w.command_name;
