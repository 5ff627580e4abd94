"""The same question, asked by or about someone else."""
