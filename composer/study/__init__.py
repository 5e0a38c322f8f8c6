"""Learning from scores: marking what somebody wrote."""
