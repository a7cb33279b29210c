"""What is learnt, and what it depends on: `webenv experiment NAME`.

A *study* is a question about learning and the *arms* that answer it: ways to train that differ in what they are told.
An arm is trained and tested once for each seed. Everything that this takes is a *stage*: a world, its questions,
episodes of a teacher, a trained model, a test. A stage is a value: what decides its outcome, other stages among it.
Equal stages are made once, in a folder that is named by them, and shared by all studies.

settings   what a study may be told
files      studies as TOML files; the shipped ones
data       stages that make what is learnt from and what is tested on
learning   stages that train and test
arms       the stages of an arm
store      where stages lie; it makes those that are missing
account    what a study learnt from, and how its trainings went
outcome    what a study found
tables     an outcome as sheets of text
page       an outcome as one HTML page, with episodes before and after
run        a whole study
"""
