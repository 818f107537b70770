select nextval('chain_block');
