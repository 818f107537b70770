-- statement: create
create table entry (
  chain_id bigint not null,
  position bigint not null,
  idx integer not null,
  command_name uuid not null,
  body bytea not null,
  constraint pk_entry primary key (chain_id, idx),
  constraint uq_entry_command unique (chain_id, command_name)
) partition by hash (chain_id);
alter table entry alter column body set storage external;

-- statement: create_flat
create table entry (
  chain_id bigint not null,
  position bigint not null,
  idx integer not null,
  command_name uuid not null,
  body bytea not null,
  constraint pk_entry primary key (chain_id, idx),
  constraint uq_entry_command unique (chain_id, command_name)
);
alter table entry alter column body set storage external;

-- statement: create_bytes
create table entry (
  chain_id bigint not null,
  position bigint not null,
  idx integer not null,
  command_name bytea not null,
  body bytea not null,
  constraint pk_entry primary key (chain_id, idx),
  constraint uq_entry_command unique (chain_id, command_name)
) partition by hash (chain_id);
alter table entry alter column body set storage external;

-- statement: partitions
do $block$
begin
  for i in 0..15 loop
    execute format(
      'create table %I partition of entry for values with (modulus 16, remainder %s)', 'entry_' || i, i);
  end loop;
end
$block$;

-- statement: compressed
do $block$
begin
  for i in 0..15 loop
    execute format('alter table %I set (toast_tuple_target = 128)', 'entry_' || i);
    execute format('alter table %I alter column body set storage main', 'entry_' || i);
    execute format('alter table %I alter column body set compression lz4', 'entry_' || i);
  end loop;
end
$block$;

-- statement: index_position
create index ix_entry_position on entry (position);

-- statement: index_position_ranges
create index ix_entry_position on entry using brin (position) with (pages_per_range = 64);

-- statement: index_transaction
create index ix_entry_position on entry ((position >> 13));

-- statement: insert
insert into entry (chain_id, position, idx, command_name, body)
select n.chain_id, (pg_current_xact_id()::text::bigint << 13) + n.ordinal - 1, n.idx, n.command_name, n.body
from unnest($1::bigint[], $2::integer[], $3::uuid[], $4::bytea[]) with ordinality
  as n(chain_id, idx, command_name, body, ordinal);

-- statement: insert_streamed
insert into entry (chain_id, position, idx, command_name, body)
select
  unnest($1::bigint[]), (pg_current_xact_id()::text::bigint << 13) + generate_series(0, cardinality($1) - 1),
  unnest($2::integer[]), unnest($3::uuid[]), unnest($4::bytea[]);

-- statement: copy
copy entry (chain_id, position, idx, command_name, body) from stdin (format binary);

-- statement: read_chain
select body from entry where chain_id = $1 order by idx;

-- statement: read_all
select body from entry;

-- statement: read_tail
select body from entry where position > $1 order by position limit $2;

-- statement: delete_chains
delete from entry where chain_id = any ($1);

-- statement: freeze
vacuum (freeze) entry;
