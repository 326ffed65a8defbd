"""Lotteries of finitely many policies: their linear relations, and objectives that see what sets them apart."""
