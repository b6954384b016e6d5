"""What a learner does alone: check answers at once, keep copies to work in."""
