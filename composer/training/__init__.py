"""Learning from corpora: read works, turn them into arrays, fit the models of ``composer.models``."""
