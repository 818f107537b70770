-- Which parts stand on the heads as they are, locked in order until the transaction ends.
select c.chain_id
from unnest($1, $2, $3) as h (chain_id, expected_index, expected_hash)
join chain as c on c.chain_id = h.chain_id and c.head_index = h.expected_index and c.head_hash = h.expected_hash
order by c.chain_id
for no key update of c;
