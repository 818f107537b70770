-- statement: upsert
insert into agreement (kind, key, item, licensor, licensee, dataset, body)
select * from unnest(
  $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[])
on conflict (kind, key, item) do update set
  licensor = excluded.licensor,
  licensee = excluded.licensee,
  dataset = excluded.dataset,
  body = excluded.body;

-- statement: delete
delete from agreement as r
using unnest($1::smallint[], $2::text[], $3::text[]) as u (kind, key, item)
where r.kind = u.kind and r.key = u.key and r.item = u.item;

-- statement: delete_chains
delete from agreement as r
using unnest($1::smallint[], $2::text[]) as u (kind, key)
where r.kind = u.kind and r.key = u.key;

-- statement: find
select body from agreement where kind = $1 and key = $2 and item = $3;

-- statement: of_range
select kind, key, item, body, licensor, licensee, dataset from agreement
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key, item;

-- statement: chains
select kind, key from agreement where (kind, key) > ($1, $2) group by kind, key order by kind, key limit $3;

-- statement: list_all
select body from agreement
where (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_of_chain
select body from agreement
where (kind, key, item) > ($1, $2, $3) and kind = $5 and key = $6
order by kind, key, item limit $4;

-- statement: list_by_item
select body from agreement
where item = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_column
select body from agreement
where (licensor, kind, key, item) > ($5, $1, $2, $3) and licensor <= $5
order by licensor, kind, key, item limit $4;

-- statement: list_by_second_column
select body from agreement
where (licensee, kind, key, item) > ($5, $1, $2, $3) and licensee <= $5
order by licensee, kind, key, item limit $4;

-- statement: list_by_third_column
select body from agreement
where (dataset, kind, key, item) > ($5, $1, $2, $3) and dataset <= $5
order by dataset, kind, key, item limit $4;

-- statement: list_by_first_and_second_column
select body from agreement
where licensor = $5 and licensee = $6 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_second_column_prefix
select body from agreement
where starts_with(licensee, $5) and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;
