-- statement: upsert
insert into offer (kind, key, item, retired, body)
select * from unnest(
  $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::bytea[])
on conflict (kind, key, item) do update set
  retired = excluded.retired,
  body = excluded.body;

-- statement: delete
delete from offer as r
using unnest($1::smallint[], $2::text[], $3::text[]) as u (kind, key, item)
where r.kind = u.kind and r.key = u.key and r.item = u.item;

-- statement: delete_chains
delete from offer as r
using unnest($1::smallint[], $2::text[]) as u (kind, key)
where r.kind = u.kind and r.key = u.key;

-- statement: find
select body from offer where kind = $1 and key = $2 and item = $3;

-- statement: of_range
select kind, key, item, body, retired from offer
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key, item;

-- statement: chains
select kind, key from offer where (kind, key) > ($1, $2) group by kind, key order by kind, key limit $3;

-- statement: list_all
select body from offer
where (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_of_chain
select body from offer
where (kind, key, item) > ($1, $2, $3) and kind = $5 and key = $6
order by kind, key, item limit $4;

-- statement: list_by_item
select body from offer
where item = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_column
select body from offer
where retired = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;
