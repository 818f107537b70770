-- Which of the new chains are new.
insert into chain (chain_id, kind, key, head_index, head_hash)
select * from unnest($1, $2, $3, $4, $5)
on conflict do nothing
returning chain_id;
