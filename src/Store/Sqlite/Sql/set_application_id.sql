-- "EXCH" in ASCII: says whose file this is.
pragma application_id = 1163412296;
