"""What all trainings have in common."""
