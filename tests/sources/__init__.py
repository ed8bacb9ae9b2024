"""Importing archives."""
