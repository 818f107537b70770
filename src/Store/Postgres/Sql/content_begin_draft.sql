insert into content_draft (holder, run) values (nextval('content_holder'), $1) returning holder;
