-- A commit that waits for the disk has all commits before it on the disk.
update content_journal set syncs = syncs + 1 where holder = $1;
