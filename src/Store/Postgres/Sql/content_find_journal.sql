select j.holder, coalesce(l.size_bytes, 0)
from content_journal as j
left join lateral (
  select c.start + octet_length(c.bytes) as size_bytes from content_chunk as c
  where c.holder = j.holder order by c.start desc limit 1) as l on true
where j.name = $1;
