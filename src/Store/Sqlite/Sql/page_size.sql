pragma page_size = 4096;
