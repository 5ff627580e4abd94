"""The admin side: who did what, and who only tried."""
