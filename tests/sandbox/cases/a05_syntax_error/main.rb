puts(5
