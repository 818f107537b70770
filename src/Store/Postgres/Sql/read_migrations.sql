select number, sha256 from migration;
