"""A real year of a UK online retailer, replayed; README.md says what is real and what is assumed."""
