select from chain where kind = $1 and key = $2 for no key update;
