"""What can be asked: endpoints, functions, recorded answers; and the wire between. Begin at `targets.table`."""
