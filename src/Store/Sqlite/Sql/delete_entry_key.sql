delete from entry_key where chain_id = ?1 and name = ?2;
