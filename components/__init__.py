"""What pages are made of; one element a file."""
