"""How fast Chung Tay is, measured against a bare page of the same HTML: ``python -m benchmarks.run``."""
