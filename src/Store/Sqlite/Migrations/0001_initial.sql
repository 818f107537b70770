-- The chains there are. Readers order them by kind's number and key; entries name them by their number.
create table chain (
  chain_id integer not null constraint pk_chain primary key,
  kind integer not null constraint ck_chain_kind check (kind > 0),
  key text not null constraint ck_chain_key check (length(key) between 1 and 63),
  constraint uq_chain_kind_key unique (kind, key)
) strict;

-- The entries in the order in which they were committed: only ever appended at the end.
create table entry (
  position integer not null constraint pk_entry primary key,
  chain_id integer not null,
  idx integer not null constraint ck_entry_idx check (idx >= 0),
  recorded_at integer not null,
  intent blob not null constraint ck_entry_intent check (length(intent) = 32),
  body blob not null
) strict;

-- What is unique on a chain: an entry by its index (an integer, with its hash), and by its command (16 bytes of a
-- digest of actor and command id). Both stand in one tree and begin with the chain, so that an append to a short chain
-- changes one page instead of two; the last integer of a chain is its head.
create table entry_key (
  chain_id integer not null,
  name any not null,
  position integer not null,
  hash blob,
  constraint pk_entry_key primary key (chain_id, name),
  constraint ck_entry_key_form check (
    (typeof(name) = 'integer' and length(hash) = 32) or (typeof(name) = 'blob' and length(name) = 16 and hash is null))
) strict, without rowid;

-- One row: what all entries together say.
create table ledger (
  ledger_id integer not null constraint pk_ledger primary key constraint ck_ledger_one check (ledger_id = 1),
  greatest_time integer not null
) strict;

create table snapshot (
  kind integer not null,
  key text not null,
  head_index integer not null,
  head_hash blob not null constraint ck_snapshot_head_hash check (length(head_hash) = 32),
  head_time integer not null,
  state_version integer not null,
  state blob not null,
  constraint pk_snapshot primary key (kind, key)
) strict;

create table secret (
  name text not null,
  wrapped blob not null,
  constraint pk_secret primary key (name)
) strict;
