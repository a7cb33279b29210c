"""What drift costs policies: the same tasks on a web that has changed a little, and more.

sweep     plays every policy under every family at every severity
edits     what an episode met, worked out again from its record
report    success against severity, recovery, lures; paired by task and seed
"""
