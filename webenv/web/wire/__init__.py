"""One HTTP exchange at a time, recorded as it went over the wire: what crawls and the live web have in common.

    records    what an exchange is, and what it is told
    exchange   one request and its response, bytes as they came, bounded in size and time
    failures   why there was no answer, and when to try again
    robots     what a robots.txt says (RFC 9309)
    guard      which addresses of the network may be connected to
    recording  the WARC file while it grows

Importing this package is light; `exchange` and `failures` load httpx.
"""
