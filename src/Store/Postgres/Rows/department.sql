-- statement: upsert
insert into department (kind, key, item, body)
select * from unnest(
  $1::smallint[], $2::text[], $3::text[], $4::bytea[])
on conflict (kind, key, item) do update set
  body = excluded.body;

-- statement: delete
delete from department as r
using unnest($1::smallint[], $2::text[], $3::text[]) as u (kind, key, item)
where r.kind = u.kind and r.key = u.key and r.item = u.item;

-- statement: delete_chains
delete from department as r
using unnest($1::smallint[], $2::text[]) as u (kind, key)
where r.kind = u.kind and r.key = u.key;

-- statement: find
select body from department where kind = $1 and key = $2 and item = $3;

-- statement: of_range
select kind, key, item, body from department
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key, item;

-- statement: chains
select kind, key from department where (kind, key) > ($1, $2) group by kind, key order by kind, key limit $3;

-- statement: list_all
select body from department
where (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_of_chain
select body from department
where (kind, key, item) > ($1, $2, $3) and kind = $5 and key = $6
order by kind, key, item limit $4;

-- statement: list_by_item
select body from department
where item = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;
