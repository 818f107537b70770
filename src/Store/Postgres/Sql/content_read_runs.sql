select distinct run from content_draft where run <> 0;
