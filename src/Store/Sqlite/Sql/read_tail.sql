select c.kind, c.key, e.idx, e.position, e.body
from entry as e join chain as c on c.chain_id = e.chain_id
where e.position > ?1
order by e.position limit ?2;
