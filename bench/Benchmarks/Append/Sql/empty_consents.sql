truncate table consent;
