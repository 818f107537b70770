-- The row itself stays; the lists that it is in do not.
update household set county = '520103' where key = (select min(key) from household);
