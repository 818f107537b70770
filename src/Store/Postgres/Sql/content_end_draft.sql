delete from content_draft as d using content as c where d.holder = $1 and c.holder = d.holder;
