-- statement: upsert
insert into due_work (kind, key, item, due_at, parked, body)
select * from unnest(
  $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[])
on conflict (kind, key, item) do update set
  due_at = excluded.due_at,
  parked = excluded.parked,
  body = excluded.body;

-- statement: delete
delete from due_work as r
using unnest($1::smallint[], $2::text[], $3::text[]) as u (kind, key, item)
where r.kind = u.kind and r.key = u.key and r.item = u.item;

-- statement: delete_chains
delete from due_work as r
using unnest($1::smallint[], $2::text[]) as u (kind, key)
where r.kind = u.kind and r.key = u.key;

-- statement: find
select body from due_work where kind = $1 and key = $2 and item = $3;

-- statement: of_range
select kind, key, item, body, due_at, parked from due_work
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key, item;

-- statement: chains
select kind, key from due_work where (kind, key) > ($1, $2) group by kind, key order by kind, key limit $3;

-- statement: list_all
select body from due_work
where (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_of_chain
select body from due_work
where (kind, key, item) > ($1, $2, $3) and kind = $5 and key = $6
order by kind, key, item limit $4;

-- statement: list_by_item
select body from due_work
where item = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_column
select body from due_work
where due_at = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_second_column
select body from due_work
where parked = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_and_second_column
select body from due_work
where due_at = $5 and parked = $6 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_due_by
select body from due_work
where due_at <= $5 and parked = 0 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;
