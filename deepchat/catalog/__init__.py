"""What is known of models and prices, and what an answer costs by it."""
