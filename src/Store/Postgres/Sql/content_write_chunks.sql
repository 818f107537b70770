-- Nothing is written for a draft that was taken away; whoever takes it away waits for this to end.
with draft as (select d.holder from content_draft as d where d.holder = $1 and d.run = $2 for share)
insert into content_chunk (holder, start, bytes)
select d.holder, u.start, u.bytes from draft as d cross join unnest($3::bigint[], $4::bytea[]) as u (start, bytes);
