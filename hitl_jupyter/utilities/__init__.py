"""What Prefect has under ``prefect.utilities``."""
