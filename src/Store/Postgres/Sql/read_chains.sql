select kind, key, head_index, head_hash from chain
where (kind, key) > ($1, $2)
order by kind, key;
