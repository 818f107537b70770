-- A lease whose time is over begins anew even for its last holder, which may have acted meanwhile as if it had none.
insert into lease (name, holder, epoch, expires_at)
values ($1, $2, 1, clock_timestamp() + $3)
on conflict (name) do update set
  holder = excluded.holder,
  epoch = lease.epoch + case when lease.expires_at > clock_timestamp() then 0 else 1 end,
  expires_at = excluded.expires_at
where lease.holder = excluded.holder or lease.expires_at <= clock_timestamp()
returning epoch;
