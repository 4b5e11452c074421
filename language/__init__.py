"""Human language: understanding questions, saying answers, in Italian and English."""
