"""Which formalisms can order policies as wished: deciders for all of them, and the exact linear algebra behind them."""
