-- statement: insert_datasets
insert into consent_dataset (dataset)
select distinct u.dataset from unnest($1::text[]) as u (dataset)
where not exists (select from consent_dataset as d where d.dataset = u.dataset)
order by u.dataset
on conflict on constraint uq_consent_dataset_dataset do nothing;

-- statement: insert_terms
-- What is there already is left out first, so that no number of the sequence is spent on it.
insert into consent_terms (dataset_id, digest, recipient, body)
select d.dataset_id, u.digest, u.recipient, u.body
from unnest($1::bytea[], $2::text[], $3::text[], $4::bytea[]) as u (digest, dataset, recipient, body)
join consent_dataset as d on d.dataset = u.dataset
where not exists (select from consent_terms as t where t.digest = u.digest)
order by u.digest
on conflict on constraint uq_consent_terms_digest do nothing;

-- statement: upsert
-- Each row names its terms by their place among the few of all rows. Terms that are not there give no number, which
-- the table refuses.
insert into consent (terms_id, dataset_id, kind, status, key, item, body)
select t.terms[u.term], t.datasets[u.term], u.kind, u.status, u.key, u.item, u.body
from (
  select array_agg(c.terms_id order by d.place) as terms, array_agg(c.dataset_id order by d.place) as datasets
  from unnest($1::bytea[]) with ordinality as d (digest, place)
  left join consent_terms as c on c.digest = d.digest) as t
cross join unnest($2::int[], $3::smallint[], $4::smallint[], $5::bytea[], $6::bytea[], $7::bytea[])
  as u (term, kind, status, key, item, body)
on conflict (kind, key, item) do update set
  terms_id = excluded.terms_id,
  dataset_id = excluded.dataset_id,
  status = excluded.status,
  body = excluded.body;

-- statement: delete
delete from consent as r
using unnest($1::smallint[], $2::bytea[], $3::bytea[]) as u (kind, key, item)
where r.kind = u.kind and r.key = u.key and r.item = u.item;

-- statement: delete_chains
delete from consent as r
using unnest($1::smallint[], $2::bytea[]) as u (kind, key)
where r.kind = u.kind and r.key = u.key;

-- statement: find
select c.kind, c.key, c.item, c.body, t.body
from consent as c join consent_terms as t on t.terms_id = c.terms_id
where c.kind = $1 and c.key = $2 and c.item = $3;

-- statement: of_range
select kind, key, item, body, terms_id, dataset_id, status from consent
where (kind, key) >= ($1, $2) and (kind, key) <= ($3, $4) and ($1 <> $3 or key between $2 and $4)
order by kind, key, item;

-- statement: terms_of
select terms_id, recipient, digest, body from consent_terms where terms_id = any ($1::int[]);

-- statement: datasets_of
select dataset_id, dataset from consent_dataset where dataset_id = any ($1::int[]);

-- statement: chains
select kind, key from consent where (kind, key) > ($1, $2) group by kind, key order by kind, key limit $3;

-- statement: list_all
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (kind, key, item) > ($1, $2, $3)
  order by kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;

-- statement: list_of_chain
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (kind, key, item) > ($1, $2, $3)
    and kind = $5 and key = $6
  order by kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;

-- statement: list_by_item
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (kind, key, item) > ($1, $2, $3)
    and item = $5
  order by kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;

-- statement: list_by_first_column
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (dataset_id, kind, key, item) > ((select dataset_id from consent_dataset where dataset = $5), $1, $2, $3)
    and dataset_id <= (select dataset_id from consent_dataset where dataset = $5)
  order by dataset_id, kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;

-- statement: list_by_second_column
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (kind, key, item) > ($1, $2, $3)
    and terms_id = any (array(select terms_id from consent_terms where recipient = $5))
  order by kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;

-- statement: list_by_third_column
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (kind, key, item) > ($1, $2, $3)
    and status = $5
  order by kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;

-- statement: list_by_first_and_second_column
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (kind, key, item) > ($1, $2, $3)
    and dataset_id = (select dataset_id from consent_dataset where dataset = $5)
    and terms_id = any (array(select terms_id from consent_terms where recipient = $6))
  order by kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;

-- statement: list_by_second_column_prefix
select c.kind, c.key, c.item, c.body, t.body
from (
  select * from consent
  where (kind, key, item) > ($1, $2, $3)
    and terms_id = any (array(select terms_id from consent_terms where starts_with(recipient, $5)))
  order by kind, key, item limit $4) as c
join consent_terms as t on t.terms_id = c.terms_id
order by c.kind, c.key, c.item;
