-- Nothing is appended behind what the server lost.
with journal as (
  select j.holder from content_journal as j
  where j.holder = $1 and ($2::bigint[])[1] = coalesce(
    (select c.start + octet_length(c.bytes) from content_chunk as c
     where c.holder = $1 order by c.start desc limit 1),
    0)
  for key share)
insert into content_chunk (holder, start, bytes)
select j.holder, u.start, u.bytes from journal as j cross join unnest($2::bigint[], $3::bytea[]) as u (start, bytes);
