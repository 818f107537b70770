-- The rows derived from the chains. Each belongs to the chain its key begins with; a chain with one row in a table has
-- an empty item. The body is the canonical form of the row; the columns are what lists are made by.
create table department (
  kind integer not null,
  key text not null,
  item text not null,
  body blob not null,
  constraint pk_department primary key (kind, key, item)
) strict, without rowid;

create table officer (
  kind integer not null,
  key text not null,
  item text not null,
  department text not null,
  body blob not null,
  constraint pk_officer primary key (kind, key, item)
) strict, without rowid;

create table household (
  kind integer not null,
  key text not null,
  item text not null,
  department text not null,
  county text not null,
  body blob not null,
  constraint pk_household primary key (kind, key, item)
) strict, without rowid;

create table consent (
  kind integer not null,
  key text not null,
  item text not null,
  dataset text not null,
  recipient text not null,
  status integer not null,
  body blob not null,
  constraint pk_consent primary key (kind, key, item)
) strict, without rowid;

create table identifier (
  kind integer not null,
  key text not null,
  item text not null,
  household text not null,
  department text not null,
  body blob not null,
  constraint pk_identifier primary key (kind, key, item)
) strict, without rowid;

create table notice (
  kind integer not null,
  key text not null,
  item text not null,
  department text not null,
  body blob not null,
  constraint pk_notice primary key (kind, key, item)
) strict, without rowid;

create table buyer (
  kind integer not null,
  key text not null,
  item text not null,
  status integer not null,
  body blob not null,
  constraint pk_buyer primary key (kind, key, item)
) strict, without rowid;

create table dataset (
  kind integer not null,
  key text not null,
  item text not null,
  department text not null,
  opening integer not null,
  body blob not null,
  constraint pk_dataset primary key (kind, key, item)
) strict, without rowid;

create table revision (
  kind integer not null,
  key text not null,
  item text not null,
  status integer not null,
  body blob not null,
  constraint pk_revision primary key (kind, key, item)
) strict, without rowid;

create table offer (
  kind integer not null,
  key text not null,
  item text not null,
  retired integer not null,
  body blob not null,
  constraint pk_offer primary key (kind, key, item)
) strict, without rowid;

create table agreement (
  kind integer not null,
  key text not null,
  item text not null,
  licensor text not null,
  licensee text not null,
  dataset text not null,
  body blob not null,
  constraint pk_agreement primary key (kind, key, item)
) strict, without rowid;

create table delivery (
  kind integer not null,
  key text not null,
  item text not null,
  dataset text not null,
  run text not null,
  running integer not null,
  body blob not null,
  constraint pk_delivery primary key (kind, key, item)
) strict, without rowid;

create table access (
  kind integer not null,
  key text not null,
  item text not null,
  household text,
  at integer not null,
  body blob not null,
  constraint pk_access primary key (kind, key, item)
) strict, without rowid;

create table due_work (
  kind integer not null,
  key text not null,
  item text not null,
  due_at integer not null,
  parked integer not null,
  body blob not null,
  constraint pk_due_work primary key (kind, key, item)
) strict, without rowid;

create index ix_officer_department on officer (department, kind, key, item);
create index ix_household_department on household (department, kind, key, item);
create index ix_consent_dataset on consent (dataset, kind, key, item, recipient, status);
create index ix_identifier_household on identifier (household, kind, key, item);
create index ix_identifier_department on identifier (department, kind, key, item);
create index ix_notice_department on notice (department, kind, key, item);
create index ix_dataset_department on dataset (department, kind, key, item);
create index ix_revision_item on revision (item, kind, key);
create index ix_offer_item on offer (item, kind, key);
create index ix_agreement_licensor on agreement (licensor, kind, key, item);
create index ix_agreement_licensee on agreement (licensee, kind, key, item);
create index ix_agreement_dataset on agreement (dataset, kind, key, item);
create index ix_delivery_dataset on delivery (dataset, kind, key, item);
create index ix_delivery_item on delivery (item, kind, key);
create index ix_delivery_running on delivery (running, kind, key, item)
  where running = 1;
create index ix_access_household on access (household, kind, key, item)
  where household is not null;
create index ix_due_work_due_at on due_work (due_at, kind, key, item)
  where parked = 0;
