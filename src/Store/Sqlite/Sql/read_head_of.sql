select k.name, k.hash from chain as c join entry_key as k on k.chain_id = c.chain_id
where c.kind = ?1 and c.key = ?2 and k.name < x''
order by k.name desc limit 1;
