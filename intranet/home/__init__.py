"""The first screen, search, and the addresses by which machines ask whether all is well."""
