"""The school register: list, page, form, and the import of an office's Excel list."""
