"""Writers of the files that tests of scans look at."""
