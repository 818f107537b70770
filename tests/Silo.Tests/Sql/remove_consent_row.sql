delete from consent where key = (select min(key) from consent);
