"""Tags for the templates of the register."""
