select c.key, k.name, k.hash from chain as c join entry_key as k on k.chain_id = c.chain_id
where c.kind = ?1 and c.key between ?2 and ?3
  and k.name = (select name from entry_key where chain_id = c.chain_id and name < x'' order by name desc limit 1)
order by c.key;
