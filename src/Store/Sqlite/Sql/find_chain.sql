select chain_id from chain where kind = ?1 and key = ?2;
