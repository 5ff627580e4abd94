"""The words and the Protocols: frozen records, no I/O. Import the module you mean, e.g. `seatrial.core.case`."""
