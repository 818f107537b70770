insert into chain (chain_id, kind, key) values (?1, ?2, ?3);
