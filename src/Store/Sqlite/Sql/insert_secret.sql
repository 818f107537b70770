insert into secret (name, wrapped)
values (?1, ?2)
on conflict (name) do nothing;
