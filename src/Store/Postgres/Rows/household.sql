-- statement: upsert
insert into household (kind, key, item, department, county, body)
select * from unnest(
  $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])
on conflict (kind, key, item) do update set
  department = excluded.department,
  county = excluded.county,
  body = excluded.body;

-- statement: delete
delete from household as r
using unnest($1::smallint[], $2::text[], $3::text[]) as u (kind, key, item)
where r.kind = u.kind and r.key = u.key and r.item = u.item;

-- statement: delete_chains
delete from household as r
using unnest($1::smallint[], $2::text[]) as u (kind, key)
where r.kind = u.kind and r.key = u.key;

-- statement: find
select body from household where kind = $1 and key = $2 and item = $3;

-- statement: of_range
select kind, key, item, body, department, county from household
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key, item;

-- statement: chains
select kind, key from household where (kind, key) > ($1, $2) group by kind, key order by kind, key limit $3;

-- statement: list_all
select body from household
where (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_of_chain
select body from household
where (kind, key, item) > ($1, $2, $3) and kind = $5 and key = $6
order by kind, key, item limit $4;

-- statement: list_by_item
select body from household
where item = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_column
select body from household
where (department, kind, key, item) > ($5, $1, $2, $3) and department <= $5
order by department, kind, key, item limit $4;

-- statement: list_by_second_column
select body from household
where county = $5 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_first_and_second_column
select body from household
where department = $5 and county = $6 and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;

-- statement: list_by_second_column_prefix
select body from household
where starts_with(county, $5) and (kind, key, item) > ($1, $2, $3)
order by kind, key, item limit $4;
