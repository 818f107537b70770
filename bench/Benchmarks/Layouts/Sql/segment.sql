-- statement: create
create table segment (
  segment_id bigint not null constraint pk_segment primary key,
  body bytea not null
);
alter table segment alter column body set storage external;
create table entry (
  chain_id bigint not null,
  segment_id bigint not null,
  idx integer not null,
  first_byte integer not null,
  size_bytes integer not null,
  command_name uuid not null,
  constraint pk_entry primary key (chain_id, idx),
  constraint uq_entry_command unique (chain_id, command_name)
) partition by hash (chain_id);

-- statement: compressed
alter table segment alter column body set storage extended;
alter table segment alter column body set compression lz4;

-- statement: insert_segments
insert into segment (segment_id, body)
select (pg_current_xact_id()::text::bigint << 13) + n.first, n.body
from unnest($1::integer[], $2::bytea[]) as n(first, body);

-- statement: insert
insert into entry (chain_id, segment_id, idx, first_byte, size_bytes, command_name)
select
  n.chain_id, (pg_current_xact_id()::text::bigint << 13) + n.first, n.idx, n.first_byte, n.size_bytes, n.command_name
from unnest($1::bigint[], $2::integer[], $3::integer[], $4::integer[], $5::integer[], $6::uuid[])
  as n(chain_id, first, idx, first_byte, size_bytes, command_name);

-- statement: read_chain
select substring(s.body from e.first_byte + 1 for e.size_bytes)
from entry e join segment s on s.segment_id = e.segment_id
where e.chain_id = $1 order by e.idx;

-- statement: read_all
select body from segment order by segment_id;

-- statement: delete_chains
delete from entry where chain_id = any ($1);

-- statement: freeze
vacuum (freeze) entry, segment;
