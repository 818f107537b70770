insert into secret (name, wrapped)
select * from unnest($1, $2)
on conflict (name) do nothing;
