select max(position) from entry;
