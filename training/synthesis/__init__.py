"""Questions over a frozen web, each with the proof that the web answers it.

chains, drafts      ways through a generated world, and the questions that take them
wordings            how questions say things, with wordings held out for validation and tests
proof, triplets     the pages, words and calls that a question needs; its formal form
crawlqa             CRAWLQA: multi-hop, count, intersection, comparison (WebDancer, arXiv 2505.22648, section 2.1)
e2hqa               E2HQA: an easy question made harder, step by step; the answer stays
obfuscation         things described instead of named
writing             task files, by several processes, over several runs
audit               what a question set gives away, and whether it can be solved, by checks that are in
                    solve, necessity, showing, guesses, splits
"""
