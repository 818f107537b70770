-- needs: 4
-- What the release after this one might bring to the tables: something that this one does not miss.
create table next_release (
  number integer not null,
  constraint pk_next_release primary key (number)
);
