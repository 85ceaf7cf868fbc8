"""Every read that is more than a look-up; each takes the reader's rights and shows nothing beyond them."""
