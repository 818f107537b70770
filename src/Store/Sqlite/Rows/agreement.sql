-- statement: upsert
insert into agreement (kind, key, item, licensor, licensee, dataset, body)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
on conflict (kind, key, item) do update set
  licensor = excluded.licensor,
  licensee = excluded.licensee,
  dataset = excluded.dataset,
  body = excluded.body;

-- statement: delete
delete from agreement where kind = ?1 and key = ?2 and item = ?3;

-- statement: delete_chain
delete from agreement where kind = ?1 and key = ?2;

-- statement: find
select body from agreement where kind = ?1 and key = ?2 and item = ?3;

-- statement: of_range
select kind, key, item, body, licensor, licensee, dataset from agreement
where (kind, key) >= (?1, ?2) and (kind, key) <= (?3, ?4)
order by kind, key, item;

-- statement: chains
select kind, key from agreement where (kind, key) > (?1, ?2) group by kind, key order by kind, key limit ?3;

-- statement: list_all
select body from agreement
where (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_of_chain
select body from agreement
where (kind, key, item) > (?1, ?2, ?3) and kind = ?5 and key = ?6
order by kind, key, item limit ?4;

-- statement: list_by_item
select body from agreement
where item = ?5 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_first_column
select body from agreement
where licensor = ?5 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_second_column
select body from agreement
where licensee = ?5 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_third_column
select body from agreement
where dataset = ?5 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_first_and_second_column
select body from agreement
where licensor = ?5 and licensee = ?6 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_second_column_prefix
select body from agreement
where licensee >= ?5 and licensee < ?5 || char(1114111) and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;
