select exists (
  select from lease where name = $1 and holder = $2 and epoch = $3 and expires_at > clock_timestamp());
