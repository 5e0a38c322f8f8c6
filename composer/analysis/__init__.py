"""What a bare score means: form, cadences, and the measures that tell made music from found music."""
