"""Asking a person for help: who asks, who answers, what time does, and the letters between them."""
