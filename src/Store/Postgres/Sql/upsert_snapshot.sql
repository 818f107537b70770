insert into snapshot (kind, key, head_index, head_hash, head_time, state_version, state)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (kind, key) do update set
  head_index = excluded.head_index,
  head_hash = excluded.head_hash,
  head_time = excluded.head_time,
  state_version = excluded.state_version,
  state = excluded.state;
