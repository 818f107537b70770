delete from content_chunk
where holder = $1 and start = any (array(select start from content_chunk where holder = $1 order by start limit $2));
