"""Synthetic palm regions, and the networks that learn on nothing else. Nothing at run time needs this package."""
