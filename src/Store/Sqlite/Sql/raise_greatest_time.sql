insert into ledger (ledger_id, greatest_time)
values (1, ?1)
on conflict (ledger_id) do update set greatest_time = excluded.greatest_time
where excluded.greatest_time > greatest_time;
