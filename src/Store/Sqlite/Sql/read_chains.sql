select c.kind, c.key, k.name, k.hash from chain as c join entry_key as k on k.chain_id = c.chain_id
where (c.kind, c.key) > (?1, ?2)
  and k.name = (select name from entry_key where chain_id = c.chain_id and name < x'' order by name desc limit 1)
order by c.kind, c.key;
