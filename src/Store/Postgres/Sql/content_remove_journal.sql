with removed as (delete from content_journal where name = $1 returning holder)
insert into content_draft (holder, run) select holder, 0 from removed returning holder;
