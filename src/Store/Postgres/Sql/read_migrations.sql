select number, sha256, needs from migration;
