-- "EXCH" in ASCII. Held until the transaction ends: nodes that start together migrate one after the other.
select pg_advisory_xact_lock(1163412296);
