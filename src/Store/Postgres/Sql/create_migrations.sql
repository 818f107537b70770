create table if not exists migration (
  number integer not null,
  name text not null,
  sha256 bytea not null,
  applied_at timestamptz not null default now(),
  constraint pk_migration primary key (number),
  constraint ck_migration_sha256 check (octet_length(sha256) = 32)
);
