"""Did an attack get through? A Check a file; the most reliable first."""
