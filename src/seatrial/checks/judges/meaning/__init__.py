"""What the answer means, by embeddings and by probabilities of its words."""
