select e.idx, e.position, e.body
from chain as c
join entry_key as k on k.chain_id = c.chain_id
join entry as e on e.position = k.position
where c.kind = ?1 and c.key = ?2 and k.name between ?3 and ?4
order by k.name limit ?5;
