"""Documents of the office: DOCX templates made in the reader's language, which an office can change, and their filling.

No template is kept as a file: each is made anew, so that its headings speak the language that is wanted. An office
saves one, changes what it likes, and gives it back; the fields in it are filled in all the same.
"""
