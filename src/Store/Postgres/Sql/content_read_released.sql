select holder from content_draft where run = 0;
