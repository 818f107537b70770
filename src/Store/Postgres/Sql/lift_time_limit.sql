-- For this transaction alone: who reads all may take long.
select set_config('statement_timeout', '0', true);
