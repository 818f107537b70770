select idx, position, body from entry
where chain_id = $1 and idx between $2 and $3
order by idx limit $4;
