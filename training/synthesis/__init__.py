"""Questions over a frozen web, each with the proof that the web answers it.

chains      ways through a generated world, and how a question words them
proof       the pages, words and tool calls that a way needs, read from the snapshot
crawlqa     CRAWLQA: multi-hop, count, intersection, comparison (WebDancer, arXiv 2505.22648, section 2.1)
e2hqa       E2HQA: an easy question made harder, step by step; the answer stays
audit       what a question set gives away, and whether it can be solved
"""
