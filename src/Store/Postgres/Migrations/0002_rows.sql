-- The rows derived from the chains. Each belongs to the chain its key begins with; a chain with one row in a table has
-- an empty item. The body is the canonical form of the row; the columns are what lists are made by. Text is compared by
-- its bytes, so that lists have the order of every other store.
create table department (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  body bytea not null,
  constraint pk_department primary key (kind, key, item)
) with (fillfactor = 80);

create table officer (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  department text collate "C" not null,
  body bytea not null,
  constraint pk_officer primary key (kind, key, item)
) with (fillfactor = 80);

create table household (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  department text collate "C" not null,
  county text collate "C" not null,
  body bytea not null,
  constraint pk_household primary key (kind, key, item)
) partition by hash (key);

create table identifier (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  household text collate "C" not null,
  department text collate "C" not null,
  body bytea not null,
  constraint pk_identifier primary key (kind, key, item)
) partition by hash (key);

-- The datasets that consents are about, by a number that is short in rows and indexes.
create table consent_dataset (
  dataset_id int not null generated always as identity,
  dataset text collate "C" not null,
  constraint pk_consent_dataset primary key (dataset_id),
  constraint uq_consent_dataset_dataset unique (dataset)
);

-- What many consents say to the byte: from the notice through the methods. Whose consent it is, for how long and on
-- which basis stands in the row. Never changed and never deleted; the digest is the first 16 bytes of the body's
-- SHA-256.
create table consent_terms (
  terms_id int not null generated always as identity,
  dataset_id int not null,
  digest bytea not null,
  recipient text collate "C" not null,
  body bytea not null,
  constraint pk_consent_terms primary key (terms_id),
  constraint uq_consent_terms_digest unique (digest),
  constraint ck_consent_terms_digest check (octet_length(digest) = 16),
  constraint fk_consent_terms_dataset foreign key (dataset_id) references consent_dataset (dataset_id)
);

-- The largest table. Keys are packed, three characters into two bytes, in the same order; the body is the row's without
-- what stands in columns or in the terms. No foreign key: every insert would lock the one row of terms that all share.
create table consent (
  terms_id int not null,
  dataset_id int not null,
  kind smallint not null,
  status smallint not null,
  key bytea not null,
  item bytea not null,
  body bytea not null,
  constraint pk_consent primary key (kind, key, item)
) partition by hash (key);

create table notice (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  department text collate "C" not null,
  body bytea not null,
  constraint pk_notice primary key (kind, key, item)
) with (fillfactor = 80);

create table buyer (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  status smallint not null,
  body bytea not null,
  constraint pk_buyer primary key (kind, key, item)
) with (fillfactor = 80);

create table dataset (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  department text collate "C" not null,
  opening smallint not null,
  body bytea not null,
  constraint pk_dataset primary key (kind, key, item)
) with (fillfactor = 80);

create table revision (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  status smallint not null,
  body bytea not null,
  constraint pk_revision primary key (kind, key, item)
) with (fillfactor = 70);

create table offer (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  retired smallint not null,
  body bytea not null,
  constraint pk_offer primary key (kind, key, item)
) with (fillfactor = 80);

create table agreement (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  licensor text collate "C" not null,
  licensee text collate "C" not null,
  dataset text collate "C" not null,
  body bytea not null,
  constraint pk_agreement primary key (kind, key, item)
) with (fillfactor = 70);

create table delivery (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  dataset text collate "C" not null,
  run text collate "C" not null,
  running smallint not null,
  body bytea not null,
  constraint pk_delivery primary key (kind, key, item)
) with (fillfactor = 70);

create table access (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  household text collate "C",
  at bigint not null,
  body bytea not null,
  constraint pk_access primary key (kind, key, item)
) with (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

-- A queue: every row is deleted soon after it was written, so dead ones are cleared early.
create table due_work (
  kind smallint not null,
  key text collate "C" not null,
  item text collate "C" not null,
  due_at bigint not null,
  parked smallint not null,
  body bytea not null,
  constraint pk_due_work primary key (kind, key, item)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);

-- Rows of households and of their consents are updated in place where the page has room; consents seldom, so theirs
-- are full but for two or three rows.
do $$
declare
  large record;
  partition text;
begin
  for large in select * from (values ('household', 85), ('identifier', 90), ('consent', 96)) as t (name, fill) loop
    for number in 0..15 loop
      partition := format('%s_%s', large.name, lpad(number::text, 2, '0'));
      execute format(
        'create table %I partition of %I for values with (modulus 16, remainder %s) with (fillfactor = %s, '
        'autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05, '
        'autovacuum_analyze_scale_factor = 0.05)', partition, large.name, number, large.fill);
      execute format('alter table %I rename constraint %I to %I', partition, partition || '_pkey', 'pk_' || partition);
    end loop;
  end loop;
end
$$;

-- The items that are empty or many to a key are left out of an index: equal keys are kept once, with a list of rows.
create index ix_officer_department on officer (department, kind, key);
create index ix_household_department on household (department, kind, key);
create index ix_consent_dataset on consent (dataset_id, kind, key);
create index ix_identifier_household on identifier (household, kind, key);
create index ix_identifier_department on identifier (department, kind, key);
create index ix_notice_department on notice (department, kind, key);
create index ix_dataset_department on dataset (department, kind, key);
create index ix_revision_item on revision (item, kind, key);
create index ix_offer_item on offer (item, kind, key);
create index ix_agreement_licensor on agreement (licensor, kind, key);
create index ix_agreement_licensee on agreement (licensee, kind, key);
create index ix_agreement_dataset on agreement (dataset, kind, key);
create index ix_delivery_dataset on delivery (dataset, kind, key);
create index ix_delivery_item on delivery (item, kind, key);
create index ix_delivery_running on delivery (kind, key, item)
  where running = 1;
create index ix_access_household on access (household, kind, key)
  where household is not null;
create index ix_due_work_due_at on due_work (due_at, kind, key)
  where parked = 0;

grant select, insert, update, delete
  on department, officer, household, identifier, consent, notice, buyer, dataset, revision, offer, agreement, delivery,
    access, due_work
  to exchange_writer;
grant select, insert on consent_dataset, consent_terms to exchange_writer;
grant select
  on department, officer, household, identifier, consent, consent_dataset, consent_terms, notice, buyer, dataset,
    revision, offer, agreement, delivery, access, due_work
  to exchange_reader;
