select digest, body from consent_terms where digest = any ($1::bytea[]);
