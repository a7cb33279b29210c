"""One module for each `webenv` subcommand: options in, tables or JSON out; the work is done elsewhere."""
