"""Clients of channels, one package a system; they know neither each other nor the stores."""

__all__ = ()
