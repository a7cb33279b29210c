"""The engine: many dialogues with one local model at a time, each bit for bit as if it were alone.

format      text to tokens and back: what a model reads between its turns
cache       keys and values of every token read so far, a slot for each dialogue, kept across turns
forward     the model over the slots: one slot reads many tokens, or many slots read one token each
prefixes    keys and values of the beginnings that dialogues share: read once
sampling    the next token, from noise that is keyed by what it is for
dialogue    what a model talks to, and one that is under way
engine      who reads, who writes, who waits for a tool

A row of a matrix product on a CPU does not depend on the other rows if there are at least four of them and one thread
computes them (measured; `Forward.is_bitwise` tests it on the machine at hand). What is read in one call is decided by
the dialogue alone: blocks of the prompt, then each observation by itself. So neither the other dialogues nor the
slot, the number of slots or the order of events leaves a trace in what is written.

The engine knows nothing of environments or trainers; a *dialogue* is anything that answers turns.
"""
