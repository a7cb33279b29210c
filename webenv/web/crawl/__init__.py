"""Crawling: seeds in, one WARC file out, robots.txt obeyed, resumable after a kill.

    records     what a crawl is told and what it tells
    crawler     `crawl`: checks what it is given and runs a worker process
    worker      that process: lock, recording, spider, publishing
    spider      the Scrapy spider and its settings
    download    one HTTP exchange, bytes as they came (Scrapy download handler)
    politeness  robots.txt and retries (Scrapy downloader middlewares)
    frontier    which URL comes next: scope, depth, budget
    leads       where a response leads: redirect, links, page requisites

One exchange, its recording and the rules of robots.txt are those of `webenv.web.wire`. Importing this package is
light: Scrapy is loaded in the worker process alone.
"""

from webenv.web.crawl.crawler import crawl
from webenv.web.crawl.records import CrawlProgress, CrawlReport, CrawlSettings, HostReport, Scope

__all__ = ["CrawlProgress", "CrawlReport", "CrawlSettings", "HostReport", "Scope", "crawl"]
