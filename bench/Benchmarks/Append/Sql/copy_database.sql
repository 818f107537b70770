create database exchange_plain template exchange strategy file_copy;
