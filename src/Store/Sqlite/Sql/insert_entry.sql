insert into entry (position, chain_id, idx, recorded_at, intent, body)
values (?1, ?2, ?3, ?4, ?5, ?6);
