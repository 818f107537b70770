delete from content_draft where holder = $1 and run = 0;
