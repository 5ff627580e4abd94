"""Harder Cases: worded worse, attacked, about someone else."""
