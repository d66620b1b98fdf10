"""What is left when the disk refuses, or the program is killed, at any moment of a writer."""
