-- What Orleans' providers keep in a database: who is in a cluster, reminders, and states of grains. They take each
-- statement from this table by its key, give it parameters and read its columns by name. Keys and those names are
-- theirs, the rest is ours. A silo reads the table when it starts: a later migration may change a text.
create table orleansquery (
  querykey text collate "C" not null,
  querytext text not null,
  constraint pk_orleansquery primary key (querykey)
);

-- The version is the fence of a cluster: whoever changes its members names the version it saw, and raises it.
create table orleans_cluster (
  cluster_id text collate "C" not null,
  version int not null,
  changed_at timestamptz not null,
  constraint pk_orleans_cluster primary key (cluster_id),
  constraint ck_orleans_cluster_version check (version >= 0)
) with (fillfactor = 10);

create table orleans_member (
  cluster_id text collate "C" not null,
  address text collate "C" not null,
  port int not null,
  generation int not null,
  silo_name text not null,
  host_name text not null,
  status int not null,
  proxy_port int not null,
  suspect_times text,
  start_time timestamptz not null,
  alive_at timestamptz not null,
  constraint pk_orleans_member primary key (cluster_id, address, port, generation),
  constraint fk_orleans_member_cluster
    foreign key (cluster_id) references orleans_cluster (cluster_id) on delete cascade
) with (fillfactor = 50);

-- Versions of reminders and states. None is given again, so that what was deleted and made anew is not mistaken for
-- what was there before.
create sequence orleans_version as int cycle;

create table orleans_reminder (
  service_id text collate "C" not null,
  grain_id text collate "C" not null,
  reminder_name text collate "C" not null,
  grain_hash int not null,
  period bigint not null,
  start_time timestamptz not null,
  version int not null,
  constraint pk_orleans_reminder primary key (service_id, grain_id, reminder_name),
  constraint ck_orleans_reminder_period check (period >= 0)
) with (fillfactor = 80);

create index ix_orleans_reminder_grain_hash on orleans_reminder (service_id, grain_hash);

-- A state without payload was cleared: its version goes on. The hash of the key belongs to it, because the numbers and
-- the text that the key is taken apart into are the same for "x" and "0+x".
create table orleans_state (
  service_id text collate "C" not null,
  grain_type text collate "C" not null,
  key_hash int not null,
  key_high bigint not null,
  key_low bigint not null,
  key_text text collate "C",
  version int not null,
  written_at timestamptz not null,
  payload bytea,
  constraint uq_orleans_state_key
    unique nulls not distinct (service_id, grain_type, key_hash, key_high, key_low, key_text)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- Members. Each change locks the version first and raises it last, and only where the member was changed: sessions
-- that meet wait at the version, and all but the first find that it moved.
insert into orleansquery (querykey, querytext) values
('InsertMembershipVersionKey', $query$
with added as (
  insert into orleans_cluster (cluster_id, version, changed_at)
  values (@DeploymentId, 0, now())
  on conflict on constraint pk_orleans_cluster do nothing
  returning 1)
select count(*) from added
$query$),
('InsertMembershipKey', $query$
with fence as (
  select cluster_id from orleans_cluster
  where cluster_id = @DeploymentId and version = @Version
  for no key update),
added as (
  insert into orleans_member (
    cluster_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_at)
  select
    cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
  from fence
  on conflict on constraint pk_orleans_member do nothing
  returning cluster_id),
raised as (
  update orleans_cluster as c
  set version = c.version + 1, changed_at = now()
  from added
  where c.cluster_id = added.cluster_id
  returning 1)
select count(*) from raised
$query$),
('UpdateMembershipKey', $query$
with fence as (
  select cluster_id from orleans_cluster
  where cluster_id = @DeploymentId and version = @Version
  for no key update),
changed as (
  update orleans_member as m
  set status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
  from fence
  where m.cluster_id = fence.cluster_id
    and m.address = @Address and m.port = @Port and m.generation = @Generation
  returning m.cluster_id),
raised as (
  update orleans_cluster as c
  set version = c.version + 1, changed_at = now()
  from changed
  where c.cluster_id = changed.cluster_id
  returning 1)
select count(*) from raised
$query$),
-- Says that a member is alive, and nothing else: no version, and nothing is added.
('UpdateIAmAlivetimeKey', $query$
update orleans_member
set alive_at = @IAmAliveTime
where cluster_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
$query$),
-- The version comes with each member, or alone.
('MembershipReadRowKey', $query$
select
  c.version as "Version", m.address as "Address", m.port as "Port", m.generation as "Generation",
  m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
  m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.alive_at as "IAmAliveTime"
from orleans_cluster as c
left join orleans_member as m
  on m.cluster_id = c.cluster_id and m.address = @Address and m.port = @Port and m.generation = @Generation
where c.cluster_id = @DeploymentId
$query$),
('MembershipReadAllKey', $query$
select
  c.version as "Version", m.address as "Address", m.port as "Port", m.generation as "Generation",
  m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
  m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.alive_at as "IAmAliveTime"
from orleans_cluster as c
left join orleans_member as m on m.cluster_id = c.cluster_id
where c.cluster_id = @DeploymentId
$query$),
('GatewaysQueryKey', $query$
select address as "Address", proxy_port as "ProxyPort", generation as "Generation"
from orleans_member
where cluster_id = @DeploymentId and status = @Status and proxy_port > 0
$query$),
-- An active member (3) stays, however long it was silent: others have to declare it dead.
('CleanupDefunctSiloEntriesKey', $query$
delete from orleans_member
where cluster_id = @DeploymentId and status <> 3 and greatest(alive_at, start_time) < @IAmAliveTime
$query$),
-- One dead member (6), unless it changed since the caller saw it.
('CleanupDefunctSiloEntryKey', $query$
delete from orleans_member
where cluster_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
  and status = 6 and alive_at = @IAmAliveTime and start_time = @StartTime
  and coalesce(suspect_times, '') = coalesce(@SuspectTimes, '')
$query$),
('DeleteMembershipTableEntriesKey', $query$
delete from orleans_cluster where cluster_id = @DeploymentId
$query$);

-- Reminders. Hashes lie on a ring; the second range is the one that goes over its end, or all around.
insert into orleansquery (querykey, querytext) values
('UpsertReminderRowKey', $query$
insert into orleans_reminder (service_id, grain_id, reminder_name, grain_hash, period, start_time, version)
values (@ServiceId, @GrainId, @ReminderName, @GrainHash, @Period, @StartTime, nextval('orleans_version'))
on conflict on constraint pk_orleans_reminder do update set
  grain_hash = excluded.grain_hash, period = excluded.period, start_time = excluded.start_time,
  version = excluded.version
returning version as "Version"
$query$),
('ReadReminderRowKey', $query$
select
  grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period as "Period",
  version as "Version"
from orleans_reminder
where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName
$query$),
('ReadReminderRowsKey', $query$
select
  grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period as "Period",
  version as "Version"
from orleans_reminder
where service_id = @ServiceId and grain_id = @GrainId
$query$),
('ReadRangeRows1Key', $query$
select
  grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period as "Period",
  version as "Version"
from orleans_reminder
where service_id = @ServiceId and grain_hash > @BeginHash and grain_hash <= @EndHash
$query$),
('ReadRangeRows2Key', $query$
select
  grain_id as "GrainId", reminder_name as "ReminderName", start_time as "StartTime", period as "Period",
  version as "Version"
from orleans_reminder
where service_id = @ServiceId and (grain_hash > @BeginHash or grain_hash <= @EndHash)
$query$),
('DeleteReminderRowKey', $query$
with deleted as (
  delete from orleans_reminder
  where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName and version = @Version
  returning 1)
select count(*) from deleted
$query$),
('DeleteReminderRowsKey', $query$
delete from orleans_reminder where service_id = @ServiceId
$query$);

-- States. No row as the answer says that another version is there; a state that nobody read is only added.
insert into orleansquery (querykey, querytext) values
('ReadFromStorageKey', $query$
select payload as "PayloadBinary", version as "Version"
from orleans_state
where service_id = @ServiceId and grain_type = @GrainTypeString and key_hash = @GrainIdHash
  and key_high = @GrainIdN0 and key_low = @GrainIdN1 and key_text is not distinct from @GrainIdExtensionString
$query$),
('WriteToStorageKey', $query$
with changed as (
  update orleans_state
  set payload = @PayloadBinary, version = nextval('orleans_version'), written_at = now()
  where service_id = @ServiceId and grain_type = @GrainTypeString and key_hash = @GrainIdHash
    and key_high = @GrainIdN0 and key_low = @GrainIdN1 and key_text is not distinct from @GrainIdExtensionString
    and version = @GrainStateVersion
  returning version),
added as (
  insert into orleans_state (
    service_id, grain_type, key_hash, key_high, key_low, key_text, version, written_at, payload)
  select
    @ServiceId, @GrainTypeString, @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainIdExtensionString,
    nextval('orleans_version'), now(), @PayloadBinary
  where @GrainStateVersion is null
  on conflict on constraint uq_orleans_state_key do nothing
  returning version)
select version as "NewGrainStateVersion" from changed
union all
select version from added
$query$),
('ClearStorageKey', $query$
update orleans_state
set payload = null, version = nextval('orleans_version'), written_at = now()
where service_id = @ServiceId and grain_type = @GrainTypeString and key_hash = @GrainIdHash
  and key_high = @GrainIdN0 and key_low = @GrainIdN1 and key_text is not distinct from @GrainIdExtensionString
  and version = @GrainStateVersion
returning version as "NewGrainStateVersion"
$query$),
('DeleteStorageKey', $query$
delete from orleans_state
where service_id = @ServiceId and grain_type = @GrainTypeString and key_hash = @GrainIdHash
  and key_high = @GrainIdN0 and key_low = @GrainIdN1 and key_text is not distinct from @GrainIdExtensionString
  and version = @GrainStateVersion
returning version::bigint + 1 as "NewGrainStateVersion"
$query$);

-- What a member, a reminder or a state is called never changes, nor which silo a member is.
grant usage on sequence orleans_version to exchange_writer;
grant select on orleansquery, orleans_cluster, orleans_member, orleans_reminder, orleans_state to exchange_writer;
grant insert, delete on orleans_cluster, orleans_member, orleans_reminder, orleans_state to exchange_writer;
grant update (version, changed_at) on orleans_cluster to exchange_writer;
grant update (status, suspect_times, alive_at) on orleans_member to exchange_writer;
grant update (grain_hash, period, start_time, version) on orleans_reminder to exchange_writer;
grant update (version, written_at, payload) on orleans_state to exchange_writer;
grant select on orleansquery, orleans_cluster, orleans_member, orleans_reminder, orleans_state to exchange_reader;
