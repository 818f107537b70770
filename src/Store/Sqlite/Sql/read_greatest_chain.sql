select max(chain_id) from chain;
