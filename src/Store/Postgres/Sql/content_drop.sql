with dropped as (
  delete from content where kind = $1 and digest = $2 and kept_at <= now() - $3 returning holder)
insert into content_draft (holder, run) select holder, 0 from dropped;
