"""WARC, ARC, WACZ and CDXJ: bounded reading of files that nobody vouches for, canonical writing of our own.

records   what one archive record is, and every way in which one can be bad
members   a gzip file as members, a plain file as windows
scan      any archive file as a stream of records and bad records; one record at a known place
http      what a record's HTTP message says, transfer and content coding undone
write     canonical WARC records and files
cdxj      the index, written and read
wacz      the data package, and packing into one file
"""
