"""Text to checked document: syntax, parsing, resolution, diagnostics, printing."""
