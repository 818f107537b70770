-- statement: upsert
insert into delivery (kind, key, item, dataset, run, running, body)
select * from unnest(
  $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bytea[])
on conflict (kind, key, item) do update set
  dataset = excluded.dataset,
  run = excluded.run,
  running = excluded.running,
  body = excluded.body;

-- statement: delete
delete from delivery as r
using unnest($1::smallint[], $2::text[], $3::text[]) as u (kind, key, item)
where r.kind = u.kind and r.key = u.key and r.item = u.item;

-- statement: delete_chains
delete from delivery as r
using unnest($1::smallint[], $2::text[]) as u (kind, key)
where r.kind = u.kind and r.key = u.key;

-- statement: find
select body from delivery where kind = $1 and key = $2 and item = $3;

-- statement: of_range
select kind, key, item, body, dataset, run, running from delivery
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key, item;

-- statement: chains
select kind, key from delivery where (kind, key) > ($1, $2) group by kind, key order by kind, key limit $3;

-- statement: list_all
select body from delivery
where (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_of_chain
select body from delivery
where (kind, key, item) > ($1, $2, $3) and kind = $5 and key = $6
order by kind, key, item limit $4;

-- statement: list_by_item
select body from delivery
where item = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_column
select body from delivery
where (dataset, kind, key, item) > ($5, $1, $2, $3) and dataset <= $5
order by dataset, kind, key, item limit $4;

-- statement: list_by_second_column
select body from delivery
where run = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_third_column
select body from delivery
where running = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_and_second_column
select body from delivery
where dataset = $5 and run = $6 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_second_column_prefix
select body from delivery
where starts_with(run, $5) and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;
