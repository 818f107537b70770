create table if not exists migration (
  number integer not null constraint pk_migration primary key,
  name text not null,
  sha256 blob not null constraint ck_migration_sha256 check (length(sha256) = 32)
) strict;
