"""What the gateway costs and adds, beside uvicorn alone and nginx: `python -m bench.gateway`."""
