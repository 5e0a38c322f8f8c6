"""Making a piece: plan, skeleton, rhythm, melody, texture or voices, refinement, performance."""
