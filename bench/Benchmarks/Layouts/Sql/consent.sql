-- statement: create
create table consent (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  dataset text collate "C" not null,
  recipient text collate "C" not null,
  status bigint not null,
  body bytea not null,
  constraint pk_consent primary key (kind, key, item)
);
create index ix_consent_dataset on consent (dataset, kind, key, item, recipient, status);

-- statement: create_short_index
create table consent (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  dataset text collate "C" not null,
  recipient text collate "C" not null,
  status bigint not null,
  body bytea not null,
  constraint pk_consent primary key (kind, key, item)
);
create index ix_consent_dataset on consent (dataset, kind, key, item);

-- statement: upsert
insert into consent as c (kind, key, item, dataset, recipient, status, body)
select 3, n.key, n.item, n.dataset, n.recipient, n.status, n.body
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[])
  as n(key, item, dataset, recipient, status, body)
on conflict (kind, key, item) do update set
  dataset = excluded.dataset,
  recipient = excluded.recipient,
  status = excluded.status,
  body = excluded.body;

-- statement: upsert_streamed
insert into consent as c (kind, key, item, dataset, recipient, status, body)
select
  3, unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::bigint[]),
  unnest($6::bytea[])
on conflict (kind, key, item) do update set
  dataset = excluded.dataset,
  recipient = excluded.recipient,
  status = excluded.status,
  body = excluded.body;

-- statement: create_numbered
create table consent (
  chain_id bigint not null,
  dataset_id bigint not null,
  recipient_id bigint not null,
  status smallint not null,
  item text collate "C" not null,
  body bytea not null,
  constraint pk_consent primary key (chain_id, item)
);
create index ix_consent_dataset on consent (dataset_id, chain_id);

-- statement: upsert_numbered
insert into consent as c (chain_id, dataset_id, recipient_id, status, item, body)
select n.chain_id, n.dataset_id, n.recipient_id, n.status, n.item, n.body
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::text[], $6::bytea[])
  as n(chain_id, dataset_id, recipient_id, status, item, body)
on conflict (chain_id, item) do update set
  dataset_id = excluded.dataset_id,
  recipient_id = excluded.recipient_id,
  status = excluded.status,
  body = excluded.body;

-- statement: create_packed
create table consent (
  terms_id integer not null,
  dataset_id integer not null,
  kind smallint not null,
  status smallint not null,
  key bytea not null,
  item bytea not null,
  body bytea not null,
  constraint pk_consent primary key (kind, key, item)
);
create index ix_consent_dataset on consent (dataset_id, kind, key);

-- statement: upsert_packed
insert into consent (terms_id, dataset_id, kind, status, key, item, body)
select 1, 1, 3, unnest($1::smallint[]), unnest($2::bytea[]), unnest($3::bytea[]), unnest($4::bytea[])
on conflict (kind, key, item) do update set
  terms_id = excluded.terms_id,
  dataset_id = excluded.dataset_id,
  status = excluded.status,
  body = excluded.body;
