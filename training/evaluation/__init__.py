"""What trajectory files say of the policies that wrote them.

A *run* is one trajectory file: one policy, on one snapshot, under one set of settings. An *attempt* is one of its
episodes, as far as an evaluation looks at it. A *measure* is a ratio of sums over tasks, and an *estimate* its value
with numerator, denominator and interval.

metrics    what several attempts at a task are worth: Pass@k, majority@k
intervals  estimates, and the bootstrap over tasks
pooled     the same over several trainings of one kind, which are drawn as tasks are
runs       a trajectory file as a run, its answers judged anew by the rules
judging    the same, by a language model
measures   a run as columns of numerators and denominators
comparison two runs task by task
report     runs as a report
tables     a report as rows of text, and as Markdown
"""
