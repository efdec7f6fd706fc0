"""What is chosen once on a machine, and what is wrong and what helps."""
