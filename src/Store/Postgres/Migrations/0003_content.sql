-- Content that is too large for an entry. The bytes of one piece are chunks of one holder, written by many small
-- transactions; a holder is a draft until a name is given to it, and content or a journal from then on.
create sequence content_holder as bigint;

create sequence content_run as int cycle;

-- A draft belongs to a run, which holds an advisory lock while it lives. Run 0 is nobody: what is to be deleted.
create table content_draft (
  holder bigint not null,
  run int not null,
  constraint pk_content_draft primary key (holder)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);

create table content (
  kind smallint not null,
  digest bytea not null,
  holder bigint not null,
  size_bytes bigint not null,
  kept_at timestamptz not null,
  constraint pk_content primary key (kind, digest),
  constraint uq_content_holder unique (holder),
  constraint ck_content_digest check (octet_length(digest) = 32)
) with (fillfactor = 90);

create table content_journal (
  name text collate "C" not null,
  holder bigint not null,
  syncs bigint not null,
  constraint pk_content_journal primary key (name),
  constraint uq_content_journal_holder unique (holder)
) with (fillfactor = 50);

-- Sealed bytes do not compress, so nothing tries.
create table content_chunk (
  holder bigint not null,
  start bigint not null,
  bytes bytea not null,
  constraint pk_content_chunk primary key (holder, start)
) partition by hash (holder);

alter table content_chunk alter column bytes set storage external;

do $$
declare
  partition text;
begin
  for number in 0..7 loop
    partition := format('content_chunk_%s', number);
    execute format(
      'create table %I partition of content_chunk for values with (modulus 8, remainder %s) with ('
      'autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05)', partition, number);
    execute format('alter table %I rename constraint %I to %I', partition, partition || '_pkey', 'pk_' || partition);
  end loop;
end
$$;

grant usage on sequence content_holder, content_run to exchange_writer;
grant select, insert, update, delete on content_draft, content, content_journal, content_chunk to exchange_writer;
grant select on content_draft, content, content_journal, content_chunk to exchange_reader;
