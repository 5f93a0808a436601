"""Work that goes on while people do something else, and the files that it leaves for them."""
