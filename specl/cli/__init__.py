"""The command line: one file per command, which parses arguments, calls the API and prints."""
