"""The same question has the same answer: whatever the order of rows, the process or the solver."""
