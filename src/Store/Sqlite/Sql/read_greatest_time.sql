select greatest_time from ledger;
