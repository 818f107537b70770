with journal as (select j.holder from content_journal as j where j.holder = $1 for key share)
insert into content_chunk (holder, start, bytes)
select j.holder, u.start, u.bytes from journal as j cross join unnest($2::bigint[], $3::bytea[]) as u (start, bytes);
