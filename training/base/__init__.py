"""The *tiny base*: a language model of 2.6 million parameters that has read and searched in made-up webs, and no more.

material    worlds, questions and what careless teachers did with them
tokenizer   the words and syllables of made-up webs
recipe      the training

It stands in for the pretrained models that WebDancer starts from, where none can be had.
"""
