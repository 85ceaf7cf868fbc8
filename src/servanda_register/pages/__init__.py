"""The pages: thin views that fetch, authorise and render."""
