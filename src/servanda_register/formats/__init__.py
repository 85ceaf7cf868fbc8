"""How dates are written, where Django's way of a language is not that of officials."""
