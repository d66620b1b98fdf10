"""What is promised of damage, faults and load, and what is measured of it."""
