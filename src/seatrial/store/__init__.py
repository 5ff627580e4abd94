"""Keep and find: journals of runs (`entries`, `lines`, `append`), their catalogue (`runs`), kept answers (`cache`)."""
