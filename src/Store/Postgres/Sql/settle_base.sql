select settle_base();
