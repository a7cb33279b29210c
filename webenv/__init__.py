"""webenv."""
