"""TODO widgets."""
