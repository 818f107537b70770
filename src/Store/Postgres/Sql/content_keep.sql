-- Answers whose bytes the name has: these, or those of whoever came first. Nothing where the draft was taken away.
insert into content as c (kind, digest, holder, size_bytes, kept_at)
select $3, $4, d.holder, $5, now() from content_draft as d where d.holder = $1 and d.run = $2 for update
on conflict on constraint pk_content do update set kept_at = now()
returning c.holder;
