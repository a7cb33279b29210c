"""Questions over a frozen web, each with the proof that the web answers it.

On a generated world, out of its graph:
chains, drafts      ways through the world, and the questions that take them
wordings            how questions say things, with wordings held out for validation and tests
proof, triplets     the pages, words and calls that a question needs; its formal form
crawlqa             CRAWLQA: multi-hop, count, intersection, comparison (WebDancer, arXiv 2505.22648, section 2.1)
e2hqa               E2HQA: an easy question made harder, step by step; the answer stays
obfuscation         things described instead of named
writing             task files, by several processes, over several runs

On any snapshot, out of what its pages say:
survey              sites from afar: front pages, names, navigation
walks               pages that somebody reads who follows what a page is about
facts, stating      fields, lists and tables of a page
ways, reading       from a page that is named to one that is meant; what a walk knows
drafting, choosing  questions of the four types, drafted
extracted           CRAWLQA without a language model
written, believing  CRAWLQA by a language model, believed as far as it can be checked
trails, checking    the calls that lead to the evidence; what gives an answer away

On both:
audit               what a question set gives away, and whether it can be solved, by checks that are in
                    solve, necessity, showing, guesses, splits
"""
