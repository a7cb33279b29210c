"""Teachers: the oracle's plan, played by a researcher who thinks aloud, strays, checks and sometimes goes wrong.

plan        which moves an episode makes
reading     what stands in the conversation so far
moves       the tool call of a move
slips       what goes wrong on purpose
grammar     sentences from rules
teacher     the policy that puts these together
brief       another: few words a turn, for models of a few million parameters; its view of the way is a `trail`,
            and what it notes are `jotting`s

They stand in for the language models that WebDancer samples (arXiv 2505.22648, section 2.2), where there is none.
"""
