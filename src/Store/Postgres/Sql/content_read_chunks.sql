select start, bytes from content_chunk
where holder = $1
  and start >= (select max(start) from content_chunk where holder = $1 and start <= $2)
order by start limit $3;
