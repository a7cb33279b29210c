"""The three filters before anything is trained on a trajectory (WebDancer, arXiv 2505.22648, section 2.2).

verdict       what a filter says of a trajectory that it drops
validity      the form is right: every turn, every call, an answer at the end
correctness   the answer is right
quality       it is worth imitating: no loops, nothing off the goal, nothing made up
redundancy    no idle steps
review        what a language model says of quality, if it is asked
words         words, names and numbers of a text
run           a trajectory file through all three
"""
