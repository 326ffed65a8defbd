"""What the readers of several formats share: numbers in long texts, errors with their places, models put together."""
