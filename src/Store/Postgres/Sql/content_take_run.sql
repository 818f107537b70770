-- A number that nobody holds, held by this session until it ends.
select n.run from (select nextval('content_run')::int as run) as n where pg_try_advisory_lock($1, n.run);
