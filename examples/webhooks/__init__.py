"""Receiving webhooks in FastAPI, Django and Flask: verified, kept once, worked off later."""
