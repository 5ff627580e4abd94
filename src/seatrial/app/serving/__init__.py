"""From `gateway:` in seatrial.yaml to a running server."""
