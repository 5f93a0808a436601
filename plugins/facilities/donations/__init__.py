"""Donations by Circular 16/2018/TT-BGDĐT: a plan, approval, public use, the book, the settlement."""
