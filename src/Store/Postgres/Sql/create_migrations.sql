-- What needs a number was written for programs that know the script of that number; older ones must keep away.
create table if not exists migration (
  number integer not null,
  name text not null,
  sha256 bytea not null,
  needs integer not null,
  applied_at timestamptz not null default now(),
  constraint pk_migration primary key (number),
  constraint ck_migration_sha256 check (octet_length(sha256) = 32),
  constraint ck_migration_needs check (needs between 1 and number)
);
