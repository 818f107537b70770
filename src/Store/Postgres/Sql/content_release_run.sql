-- The lock is free only where the run has ended.
update content_draft set run = 0
where run = $2 and (select pg_try_advisory_xact_lock($1, $2));
