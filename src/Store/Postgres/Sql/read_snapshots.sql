select kind, key, head_index, head_hash, head_time, state_version, state
from snapshot
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key;
