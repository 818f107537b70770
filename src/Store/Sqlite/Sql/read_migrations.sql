select number, name, sha256 from migration order by number;
