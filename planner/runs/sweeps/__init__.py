"""Many runs of one scenario: the points, their order, who solves them, and the frontier."""
