"""The levers side by side: what one more unit of each does and costs, and the best use of money."""
