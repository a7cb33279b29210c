"""The *tiny base*: a language model of 2.9 million parameters that has read and searched in made-up webs, and no more.

material    worlds, questions and what careless teachers did with them
tokenizer   the words and syllables of made-up webs
noise       what is changed in them, so that no single word or look is relied upon
drills      pages, and all that they say
circuit     attention heads that copy, which training begins with
recipe      the training

It stands in for the pretrained models that WebDancer starts from, where none can be had.
"""
