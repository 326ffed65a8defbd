"""Granting wishes by what sees a whole policy: functions and orders of returns, occupancies, lotteries, policies."""
