-- A lease whose time is over begins anew even for its last holder, which may have acted meanwhile as if it had none.
insert into lease (name, holder, epoch, expires_at)
values (?1, ?2, 1, ?4)
on conflict (name) do update set
  holder = excluded.holder,
  epoch = epoch + case when expires_at > ?3 then 0 else 1 end,
  expires_at = excluded.expires_at
where holder = excluded.holder or expires_at <= ?3
returning epoch;
