"""TODO forms."""
