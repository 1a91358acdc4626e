"""From a year of orders to a purchase plan, and whether it would have worked, on real data."""
