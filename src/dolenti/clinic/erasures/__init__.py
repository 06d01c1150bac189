"""What is kept and for how long; requests for erasure and their answers."""
