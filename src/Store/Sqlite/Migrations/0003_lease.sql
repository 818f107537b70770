create table lease (
  name text not null,
  holder text not null,
  epoch integer not null constraint ck_lease_epoch check (epoch > 0),
  expires_at integer not null,
  constraint pk_lease primary key (name)
) strict;
