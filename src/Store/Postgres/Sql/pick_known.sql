-- Which chains have one of the commands already.
select distinct e.chain_id
from unnest($1, $2) as n (chain_id, command_name)
join entry as e on e.chain_id = n.chain_id and e.command_name = n.command_name;
