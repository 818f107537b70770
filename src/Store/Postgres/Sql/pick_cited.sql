-- Which of the chains that are cited have other heads.
select h.chain_id
from unnest($1, $2, $3) as h (chain_id, head_index, head_hash)
where not exists (
  select from chain as c
  where c.chain_id = h.chain_id and c.head_index = h.head_index and c.head_hash = h.head_hash);
