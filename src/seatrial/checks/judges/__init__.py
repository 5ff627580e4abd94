"""The built-in Checks, one file each; `seatrial.checks.table` finds them by name."""
