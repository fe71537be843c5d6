"""One module per field; adding a module here adds a field to the record."""
