insert into content_journal (name, holder, syncs)
select $1, nextval('content_holder'), 0
where not exists (select from content_journal where name = $1)
on conflict on constraint pk_content_journal do nothing;
