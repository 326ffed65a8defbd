"""What stands behind the names that `specl` offers, one file each."""
