-- A commit that waits for the disk has all commits before it on the disk, unless the server lost them in between: then
-- the journal ends before what was appended.
update content_journal as j set syncs = j.syncs + 1
where j.holder = $1 and $2 = coalesce(
  (select c.start + octet_length(c.bytes) from content_chunk as c
   where c.holder = $1 order by c.start desc limit 1),
  0);
