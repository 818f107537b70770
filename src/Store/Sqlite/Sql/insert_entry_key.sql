insert into entry_key (chain_id, name, position, hash)
values (?1, ?2, ?3, ?4);
