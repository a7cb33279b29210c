"""The commands of this room, one module each; `webenv.cli` names them."""
