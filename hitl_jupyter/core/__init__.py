"""Plain data: ids, clock, states and records. Knows no store, no form and no notebook."""
