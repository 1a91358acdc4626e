"""ecomkit: one truth about stock over all sales channels."""
