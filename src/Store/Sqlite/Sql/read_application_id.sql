pragma application_id;
