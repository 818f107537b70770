update content_draft set run = 0 where holder = $1 and run = $2;
