-- statement: upsert
insert into dataset (kind, key, item, department, opening, body)
values (?1, ?2, ?3, ?4, ?5, ?6)
on conflict (kind, key, item) do update set
  department = excluded.department,
  opening = excluded.opening,
  body = excluded.body;

-- statement: delete
delete from dataset where kind = ?1 and key = ?2 and item = ?3;

-- statement: delete_chain
delete from dataset where kind = ?1 and key = ?2;

-- statement: find
select body from dataset where kind = ?1 and key = ?2 and item = ?3;

-- statement: of_range
select kind, key, item, body, department, opening from dataset
where (kind, key) >= (?1, ?2) and (kind, key) <= (?3, ?4)
order by kind, key, item;

-- statement: chains
select kind, key from dataset where (kind, key) > (?1, ?2) group by kind, key order by kind, key limit ?3;

-- statement: list_all
select body from dataset
where (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_of_chain
select body from dataset
where (kind, key, item) > (?1, ?2, ?3) and kind = ?5 and key = ?6
order by kind, key, item limit ?4;

-- statement: list_by_item
select body from dataset
where item = ?5 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_first_column
select body from dataset
where department = ?5 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_second_column
select body from dataset
where opening = ?5 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;

-- statement: list_by_first_and_second_column
select body from dataset
where department = ?5 and opening = ?6 and (kind, key, item) > (?1, ?2, ?3)
order by kind, key, item limit ?4;
