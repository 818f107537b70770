select min(c.chain_id), max(c.chain_id) from chain c;
