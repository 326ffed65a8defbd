"""What several lints rest on: where things stand in the text, what can be reached, how large a value can be."""
