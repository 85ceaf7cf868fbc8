"""Vietnamese dates that can stand inside a sentence."""
