-- One household's row says what another's says.
update household set body = (select body from household order by key desc limit 1)
where key = (select min(key) from household);
