"""Public benchmarks from files that the user brings: none of their questions is in here.

rows         rows of JSON and CSV files, each with its place; parquet reads those of Parquet files
loaded       what a loader gives: tasks, and what was left out and why
gaia         GAIA, and its official scorer with its quirks
webwalkerqa  WebWalkerQA in its three spellings
browsecomp   BrowseComp, and its encryption
standing     whether an answer stands in a text
answerable   how far a snapshot can answer a task
"""
