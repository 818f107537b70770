select head_index, head_hash, head_time, state_version, state
from snapshot
where kind = $1 and key = $2;
