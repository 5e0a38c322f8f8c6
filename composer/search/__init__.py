"""Numbers without music: exact inference over lattices of candidates, in nats."""
