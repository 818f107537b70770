-- Answers whose bytes the name has: these, or those of whoever came first. Nothing where the draft was taken away, or
-- where the server lost some of its chunks.
insert into content as c (kind, digest, holder, size_bytes, kept_at)
select $3, $4, d.holder, $5, now() from content_draft as d
where d.holder = $1 and d.run = $2
  and $5 = (select coalesce(sum(octet_length(k.bytes)), 0) from content_chunk as k where k.holder = $1)
for update of d
on conflict on constraint pk_content do update set kept_at = now()
returning c.holder;
