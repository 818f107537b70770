-- Which chains have one of the commands already. Each is looked up for itself, by its own key.
select distinct n.chain_id
from unnest($1, $2) as n (chain_id, command_name)
cross join lateral (
  select from entry as r where r.chain_id = n.chain_id and r.command_name = n.command_name offset 0) as e;
