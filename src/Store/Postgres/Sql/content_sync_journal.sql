-- Every append is on the disk by now, unless this server is one that lost its end: then the journal ends before what
-- was appended.
update content_journal as j set syncs = j.syncs + 1
where j.holder = $1 and $2 = coalesce(
  (select c.start + octet_length(c.bytes) from content_chunk as c
   where c.holder = $1 order by c.start desc limit 1),
  0);
