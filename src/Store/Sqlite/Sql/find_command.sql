select e.idx, i.hash, e.recorded_at, e.intent
from chain as c
join entry_key as k on k.chain_id = c.chain_id
join entry as e on e.position = k.position
join entry_key as i on i.chain_id = c.chain_id and i.name = e.idx
where c.kind = ?1 and c.key = ?2 and k.name = ?3;
